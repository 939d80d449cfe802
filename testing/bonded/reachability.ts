import { createConnection } from "node:net";

/** Often enough for a gap told in seconds. */
const everyMs = 500;
/** Nobody listens there, and the kernel says so without starting anything: a refusal is an answer. */
const unusedPort = 9;

/** Asks these addresses for as long as something is done, and tells the longest time each of them gave no answer. */
export async function whileWatched<T>(
  addresses: readonly string[],
  act: () => Promise<T>,
): Promise<{ result: T; gaps: ReadonlyMap<string, number> }> {
  const watches = addresses.map((address) => watch(address));
  try {
    const result = await act();
    return { result, gaps: new Map(watches.map(({ address, longestGap }) => [address, longestGap()])) };
  } finally {
    for (const { stop } of watches) stop();
  }
}

interface Watch {
  address: string;
  /** In seconds, until now. */
  longestGap(): number;
  stop(): void;
}

function watch(address: string): Watch {
  let heardMs = performance.now();
  let longestMs = 0;
  const sinceHeard = (): number => Math.max(longestMs, performance.now() - heardMs);
  const ask = (): void => {
    const socket = createConnection({ host: address, port: unusedPort });
    socket.setTimeout(everyMs * 2, () => socket.destroy());
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNREFUSED") return;
      longestMs = sinceHeard();
      heardMs = performance.now();
    });
  };
  const asking = setInterval(ask, everyMs);
  return { address, longestGap: () => Math.round(sinceHeard() / 100) / 10, stop: () => clearInterval(asking) };
}
