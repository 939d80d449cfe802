import { answerScrape } from "@/server/metrics/scrape-http";

export const dynamic = "force-dynamic";

/** For Prometheus and its like, with a token made in the settings: docs/metrics.md. */
export const GET = (request: Request): Promise<Response> => answerScrape(request);
