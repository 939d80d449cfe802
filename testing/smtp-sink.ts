import { createServer, type Socket } from "node:net";

export interface SmtpSink {
  readonly port: number;
  /** Whole messages as they came, headers first. */
  readonly received: string[];
  /** The next receiver is turned away with this line. */
  refuseWith: string | null;
  close(): Promise<void>;
}

/** A mail server that takes everything and sends nothing on. */
export async function smtpSink(): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const sink: SmtpSink = { port: 0, received: [], refuseWith: null, close: () => Promise.resolve() };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.write("220 sink ESMTP\r\n");
    let rest = "";
    let mail: string[] | null = null;
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (mail !== null) {
          if (line === ".") {
            sink.received.push(mail.join("\n"));
            mail = null;
            socket.write("250 2.0.0 Ok: kept\r\n");
          } else mail.push(line);
        } else if (/^DATA$/i.test(line)) {
          mail = [];
          socket.write("354 go on\r\n");
        } else if (/^RCPT/i.test(line) && sink.refuseWith !== null) socket.write(`${sink.refuseWith}\r\n`);
        else if (/^STARTTLS/i.test(line)) socket.write("502 5.5.1 not here\r\n");
        else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
        else socket.write("250 ok\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return Object.assign(sink, {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
