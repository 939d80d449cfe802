import { requireSignedIn } from "@/server/auth/request";
import { runRawLog } from "@/server/run/raw-log";
import { answerHttp } from "@/server/trpc/http-answer";

export function sendRunLog(request: Request, runId: string): Promise<Response> {
  return answerHttp("run", async () => {
    await requireSignedIn(request);
    return new Response(await runRawLog(runId), {
      headers: {
        "cache-control": "no-store",
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": `attachment; filename="run-${runId.replace(/[^\w-]/g, "_")}.log"`,
      },
    });
  });
}
