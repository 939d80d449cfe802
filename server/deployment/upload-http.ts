import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { requireOperator } from "@/server/auth/request";
import { receiveChunk, upload } from "@/server/deployment/uploads";
import { answerHttp } from "@/server/trpc/http-answer";

export async function receiveUpload(request: Request, id: string): Promise<Response> {
  return answerHttp("upload", async () => {
    await requireOperator(request);
    const from = chunkStart(request.headers.get("content-range"));
    if (request.body === null) throw new AppError("bad-input", say("request-empty"));
    const now = await receiveChunk(id, { from, body: request.body });
    return new Response(null, { status: 204, headers: stateHeaders(now) });
  });
}

export async function uploadOffset(request: Request, id: string): Promise<Response> {
  return answerHttp("upload", async () => {
    await requireOperator(request);
    return new Response(null, { status: 200, headers: stateHeaders(await upload(id)) });
  });
}

const stateHeaders = (state: { received: number; bytes: number; state: string; sha256: string | null }) => ({
  "cache-control": "no-store",
  "upload-offset": String(state.received),
  "upload-length": String(state.bytes),
  "upload-state": state.state,
  ...(state.sha256 === null ? {} : { "upload-sha256": state.sha256 }),
});

/** "bytes 0-8388607/52428800" → 0. */
function chunkStart(contentRange: string | null): number {
  const start = /^bytes (\d+)-\d+\/\d+$/.exec(contentRange ?? "")?.[1];
  if (start !== undefined) return Number(start);
  throw new AppError("bad-input", say("chunk-needs-range"), {
    facts: { field: "content-range", found: contentRange ?? "" },
  });
}
