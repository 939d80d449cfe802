import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { AppError } from "@/contract/errors";
import { requireOperator } from "@/server/auth/request";
import { receiveChunk, upload } from "@/server/deployment/uploads";
import { log } from "@/server/log";
import { trpcCodeOf } from "@/server/trpc/error-code";
import { reportOf } from "@/server/trpc/report";

export async function receiveUpload(request: Request, id: string): Promise<Response> {
  return answer(async () => {
    await requireOperator(request);
    const from = chunkStart(request.headers.get("content-range"));
    if (request.body === null) throw new AppError("bad-input", "The request carries no data.");
    const now = await receiveChunk(id, { from, body: request.body });
    return new Response(null, { status: 204, headers: stateHeaders(now) });
  });
}

export async function uploadOffset(request: Request, id: string): Promise<Response> {
  return answer(async () => {
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
  throw new AppError("bad-input", "A chunk needs a Content-Range of the form “bytes FROM-TO/ALL”.", {
    facts: { field: "content-range", found: contentRange ?? "" },
  });
}

async function answer(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) log().error({ area: "upload", error }, "an upload request failed");
    const report = reportOf(error);
    const status = getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodeOf(report.code) }));
    return Response.json({ report }, { status });
  }
}
