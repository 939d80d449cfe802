import { useRouter } from "next/navigation";
import { useState } from "react";
import { paths } from "@/components/client/paths";

/** Where a started run leads, and one key per visit: a second click, or a repeated request, is the same run. */
export function useRunStart() {
  const router = useRouter();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  return { idempotencyKey, onSuccess: ({ runId }: { runId: string }) => router.push(paths.run(runId)) };
}
