import { forget } from '../../infra/data-dir';
import { SERVICE_DATA } from '../../service/stack';

export default async function teardown(): Promise<void> {
  const running = globalThis.testService;
  if (!running) return;
  await running.service.stop();
  await forget(running.dataDir, SERVICE_DATA);
}
