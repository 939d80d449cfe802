import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";

export interface HttpSink {
  readonly url: string;
  readonly received: { path: string; headers: IncomingHttpHeaders; body: string }[];
  /** What it answers from now on; null: nothing at all. */
  answer: { status: number; body: string; location?: string } | null;
  close(): Promise<void>;
}

/** A receiver of messages that keeps them and sends nothing on. */
export async function httpSink(): Promise<HttpSink> {
  const sink: HttpSink = { url: "", received: [], answer: { status: 200, body: "ok" }, close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      sink.received.push({ path: request.url ?? "", headers: request.headers, body });
      if (sink.answer === null) return;
      const { status, body: said, location } = sink.answer;
      response.writeHead(status, location === undefined ? {} : { location }).end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(sink, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
