import { receiveUpload, uploadOffset } from "@/server/deployment/upload-http";

export const dynamic = "force-dynamic";

/** PUT appends a chunk named by Content-Range; HEAD tells where to go on (Upload-Offset). */
type Params = { params: Promise<{ uploadId: string }> };

export const PUT = async (request: Request, { params }: Params): Promise<Response> =>
  receiveUpload(request, (await params).uploadId);

export const HEAD = async (request: Request, { params }: Params): Promise<Response> =>
  uploadOffset(request, (await params).uploadId);
