import { Readable } from "node:stream";
import { z } from "zod";
import { requireSignedIn } from "@/server/auth/request";
import { openLog } from "@/server/logs/log-file";
import { answerHttp } from "@/server/trpc/http-answer";

const askedSchema = z.object({ cluster: z.string(), node: z.string(), file: z.string().max(255) });

export function sendLog(request: Request): Promise<Response> {
  return answerHttp("logs", async () => {
    await requireSignedIn(request);
    const { cluster, node, file } = askedSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
    const text = await openLog(cluster, node, file, request.signal);
    const name = `${node}-${file.replace(/\.(gz|xz|bz2|zst)$/, "")}`;
    return new Response(Readable.toWeb(text) as ReadableStream<Uint8Array>, {
      headers: {
        "cache-control": "no-store",
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": `attachment; filename="${asciiName(name)}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
    });
  });
}

const asciiName = (name: string): string => name.replace(/[^\w.-]/g, "_");
