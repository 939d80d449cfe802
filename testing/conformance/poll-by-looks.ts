import type { PollBounds } from "@/lib/poll-until";

/**
 * For `vi.mock("@/lib/poll-until", …)`: nothing happens by itself in a scripted world, so a wait is a number of looks with everybody
 * else's turn between. Fewer looks than a world needs turns fail its steps; more only cost time.
 */
export const pollByLooks = (limit: number) => ({
  pollUntil: async <T>(look: () => Promise<T | null>, { signal }: PollBounds): Promise<T | null> => {
    for (let looks = 0; looks < limit; looks += 1) {
      const seen = await look();
      if (seen !== null) return seen;
      if (signal.aborted) return null;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return null;
  },
});
