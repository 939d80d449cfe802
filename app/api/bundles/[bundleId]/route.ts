import { sendBundle } from "@/server/bundle/download-http";

export const dynamic = "force-dynamic";

export const GET = async (request: Request, { params }: { params: Promise<{ bundleId: string }> }): Promise<Response> =>
  sendBundle(request, (await params).bundleId);
