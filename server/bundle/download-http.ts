import { requireOperator } from "@/server/auth/request";
import { fileName } from "@/server/bundle/make";
import { bundleFile } from "@/server/bundle/service";
import { answerHttp } from "@/server/trpc/http-answer";

export function sendBundle(request: Request, id: string): Promise<Response> {
  return answerHttp("bundle", async () => {
    await requireOperator(request);
    const { bundle, file } = bundleFile(id);
    const stamp = bundle.startedAt.slice(0, 19).replaceAll(":", "");
    return new Response(new Uint8Array(file), {
      headers: {
        "cache-control": "no-store",
        "content-type": "application/gzip",
        "content-length": String(file.length),
        "content-disposition": `attachment; filename="trivet-${fileName(bundle.clusterName)}-${stamp}.tar.gz"`,
      },
    });
  });
}
