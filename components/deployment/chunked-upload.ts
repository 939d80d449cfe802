/** Sends a file in pieces and goes on where the server stands, after any interruption: its offset is the only truth. */

/** Below the 10 MB at which the web server's own buffering would cut a body; large enough that few requests are needed. */
const chunkBytes = 8 * 1024 * 1024;
/** First soon (a hiccup), then slower (the panel restarts); after all of them the person is asked. */
const retryDelaysMs = [1_000, 3_000, 10_000, 20_000, 30_000] as const;

export interface UploadProgress {
  sent: number;
  total: number;
  bytesPerSecond: number | null;
}

export class UploadRefused extends Error {
  constructor(readonly report: unknown) {
    super("the panel refused the upload");
  }
}

export async function sendFile(
  file: Blob,
  uploadId: string,
  options: { signal: AbortSignal; onProgress: (progress: UploadProgress) => void },
): Promise<void> {
  let failures = 0;
  const began = performance.now();
  let offset = await askOffset(uploadId, options.signal);
  const start = offset;
  while (offset < file.size) {
    try {
      const piece = file.slice(offset, offset + chunkBytes);
      await sendPiece(uploadId, piece, offset, file.size, options.signal);
      offset += piece.size;
      failures = 0;
      const seconds = (performance.now() - began) / 1000;
      options.onProgress({
        sent: offset,
        total: file.size,
        bytesPerSecond: seconds > 0 ? (offset - start) / seconds : null,
      });
    } catch (error) {
      options.signal.throwIfAborted();
      const delay = retryDelaysMs[failures];
      if (delay === undefined || error instanceof UploadRefused) throw error;
      failures += 1;
      await wait(delay, options.signal);
      offset = await askOffset(uploadId, options.signal).catch(() => offset);
    }
  }
}

async function askOffset(uploadId: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(`/api/upload/${encodeURIComponent(uploadId)}`, { method: "HEAD", signal });
  const offset = answer.headers.get("upload-offset");
  if (!answer.ok || offset === null) throw new UploadRefused(null);
  return Number(offset);
}

async function sendPiece(id: string, piece: Blob, from: number, total: number, signal: AbortSignal): Promise<void> {
  const answer = await fetch(`/api/upload/${encodeURIComponent(id)}`, {
    method: "PUT",
    body: piece,
    signal,
    headers: { "content-range": `bytes ${from}-${from + piece.size - 1}/${total}` },
  });
  if (answer.ok) return;
  // 409: another piece arrived meanwhile. Asking the offset again resolves it; other refusals stay refusals.
  const body: unknown = await answer.json().catch(() => null);
  if (answer.status === 409 || answer.status >= 500) throw new Error(`the panel answered ${answer.status}`);
  throw new UploadRefused(body);
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    });
  });
}
