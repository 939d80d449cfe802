import { openMetricsText, openMetricsType } from "@/server/metrics/open-metrics";
import { judgeScrape, metricsPicture } from "@/server/metrics/service";
import { answerHttp } from "@/server/trpc/http-answer";

const noStore = { "cache-control": "no-store" };

export function answerScrape(request: Request): Promise<Response> {
  return answerHttp("metrics", async () => {
    const verdict = await judgeScrape(request.headers.get("authorization"));
    if (verdict === "off") return new Response(null, { status: 404, headers: noStore });
    if (verdict === "refused")
      return new Response(null, { status: 401, headers: { ...noStore, "www-authenticate": 'Bearer realm="trivet"' } });
    const text = openMetricsText(await metricsPicture(Date.now()));
    return new Response(text, { headers: { ...noStore, "content-type": openMetricsType } });
  });
}
