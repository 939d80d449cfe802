import { sendLog } from "@/server/logs/download-http";

export const dynamic = "force-dynamic";

/** One log file of one node: ?cluster=…&node=…&file=… */
export const GET = (request: Request): Promise<Response> => sendLog(request);
