import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { bundleWorkflowCode, type Logger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { FAILURE_CONVERTER } from '../infra/temporal/engine-client';

/** The workflow code as workers run it, and the name of exactly this code. */
export interface WorkflowCode {
  bundle: WorkflowBundleWithSourceMap;
  /** 16 hex digits: the same for the same code wherever it lies, another one after any change of it or of what it imports. */
  buildId: string;
}

const PROJECT = join(__dirname, '..');
const SOURCE_MAP = '//# sourceMappingURL=';
/** Before each module, and each line of what webpack puts around them. */
const MODULE_BEGINS = /^(?=\/\*\*\*\/ "|\/\*{6}\/)/m;

/** Bundles the workflows with all that it imports, the engine's own library included. */
export async function bundleCaseWorkflow(logger: Logger): Promise<WorkflowCode> {
  const bundle = await bundleWorkflowCode({
    logger,
    workflowsPath: require.resolve('../workflows/workflow-types'),
    failureConverterPath: FAILURE_CONVERTER,
    // Modules are named by their path from here, and not from the working directory or past a link: the same code has one name.
    webpackConfigHook: (config) => ({ ...config, context: PROJECT, resolve: { ...config.resolve, symlinks: false } }),
  });
  return { bundle, buildId: createHash('sha256').update(modulesIn(bundle.code).join('')).digest('hex').slice(0, 16) };
}

/** Every module by itself, in an order of its own: in the bundle it follows from where the directory lies, as does the source map. */
function modulesIn(code: string): string[] {
  const at = code.lastIndexOf(SOURCE_MAP);
  return (at < 0 ? code : code.slice(0, at)).split(MODULE_BEGINS).sort();
}
