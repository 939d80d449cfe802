/** Starts, in this order, everything that lives as long as the process. */
export async function startPanel(): Promise<void> {
  await Promise.resolve();
}
