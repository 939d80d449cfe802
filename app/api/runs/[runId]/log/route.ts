import { sendRunLog } from "@/server/run/download-http";

export const dynamic = "force-dynamic";

export const GET = async (request: Request, { params }: { params: Promise<{ runId: string }> }): Promise<Response> =>
  sendRunLog(request, (await params).runId);
