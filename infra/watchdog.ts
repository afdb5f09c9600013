import { spawn } from 'node:child_process';

/** Stops what we started if this process ends without doing so itself, even by SIGKILL. */
export interface Watchdog {
  watch(pid: number, signal: 'SIGTERM' | 'SIGINT'): void;
  forget(pid: number): void;
  /** Ends the watchdog; what it still watched is left alone. */
  dismiss(): Promise<void>;
}

// The pipe is the whole trick: the kernel closes it however we die. A shell, because it is everywhere and
// costs a megabyte where a second Node would cost forty. The newest process is stopped first: the engine
// before its database. 10 s each (50 looks), then the whole process group is killed.
const SCRIPT = `
watched=
running() {
  kill -0 "$1" 2>/dev/null || return 1
  # Ended and never collected, where process 1 of a container does not do that: gone as well.
  if [ -r "/proc/$1/stat" ] && read -r stat <"/proc/$1/stat"; then case $stat in *') Z '*) return 1 ;; esac; fi
}
while read -r word pid signal; do
  case $word in
    watch) watched="$pid:$signal $watched" ;;
    forget) rest=; for w in $watched; do [ "\${w%%:*}" = "$pid" ] || rest="$rest $w"; done; watched=$rest ;;
    dismiss) exit 0 ;;
  esac
done
for w in $watched; do
  pid=\${w%%:*}
  kill -s "\${w##*:}" "$pid" 2>/dev/null || continue
  looks=0
  while [ $looks -lt 50 ] && running "$pid"; do sleep 0.2; looks=$((looks + 1)); done
  kill -s KILL "-$pid" 2>/dev/null
done
`;

/** Starts the watchdog of this process: in its own session, so that Ctrl-C or a closed terminal does not end it with us. */
export function startWatchdog(): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
    shell.once('error', () => resolve());
  });
  // Somebody who kills the watchdog takes the safety net away, not the service: the next start still finds
  // left-over processes by their records.
  shell.stdin.on('error', () => undefined);
  shell.unref();
  const tell = (line: string) => {
    if (shell.stdin.writable) shell.stdin.write(`${line}\n`);
  };
  return {
    watch: (pid, signal) => tell(`watch ${pid} ${signal.slice(3)}`),
    forget: (pid) => tell(`forget ${pid}`),
    dismiss: () => {
      shell.ref(); // whoever waits for its end must not run out of things to wait for
      tell('dismiss');
      shell.stdin.end();
      return ended;
    },
  };
}
