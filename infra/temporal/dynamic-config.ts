/** How the embedded engine differs from the defaults of the Temporal server, by name of the setting. */
export function engineSettings({ simulation }: { simulation: boolean }): Record<string, boolean | number | string> {
  return {
    // A case may only be moved through time where that was asked for.
    'frontend.WorkflowTimeSkippingEnabled': simulation,
    // Default 1 s: timers would fire up to a second late, and a jump in time over a timer takes that long.
    'history.timerProcessorMaxTimeShift': '50ms',
    // One node gains nothing from four partitions, and a task could wait in one that nobody polls.
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
    // Default 10: the eleventh command that waits for one case to settle would be refused.
    'history.maxInFlightUpdates': 100,
    // Default 10 a second: an operator who opens the UI twice at once would see errors.
    'frontend.namespaceRPS.visibility': 100,
    // Default 2 s: new search attributes are known after this time at the latest, and the start waits for them.
    'system.namespaceCacheRefreshInterval': '500ms',
    // Default 3 minutes each: a version of the workers on which no case is open any more would be told as drained minutes later,
    // and with workflow code under development a hundred that are not told would be too many.
    'matching.wv.VersionDrainageStatusVisibilityGracePeriod': '10s',
    'matching.wv.VersionDrainageStatusRefreshInterval': '30s',
  };
}

/** The settings as the server reads them from its file. */
export function dynamicConfigYaml(settings: Record<string, boolean | number | string>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}:\n  - value: ${JSON.stringify(value)}\n`);
  return lines.join('');
}

/** The settings as arguments of `temporal server start-dev`. */
export function dynamicConfigArguments(settings: Record<string, boolean | number | string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${JSON.stringify(value)}`]);
}
