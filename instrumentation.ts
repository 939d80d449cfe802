export async function register(): Promise<void> {
  // Written out like this because Next replaces the variable when it builds and drops the branch for other runtimes.
  if (process.env.NEXT_RUNTIME === "nodejs") await (await import("@/instrumentation-node")).start();
}
