import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { RemoteHost } from "@/server/ports/remote-host";

/**
 * HTTP over a channel of the node's SSH connection: nothing listens on the panel's side, so nobody on its network or machine can
 * use the way in. One channel per request: opening one costs a round trip, and a kept one could be dead without saying so.
 */
export class TunnelAgent extends Agent {
  constructor(
    private readonly node: RemoteHost,
    private readonly to: { host: string; port: number },
  ) {
    super({ keepAlive: false });
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    void this.#open(callback);
    return undefined;
  }

  async #open(callback: ((error: Error | null, stream: Duplex) => void) | undefined): Promise<void> {
    let channel: Duplex;
    try {
      channel = likeSocket(await this.node.openTunnel(this.to.host, this.to.port));
    } catch (error) {
      // The type wants a stream even beside an error; the agent looks at the error first.
      callback?.(error instanceof Error ? error : new Error(String(error)), undefined as never);
      return;
    }
    callback?.(null, channel);
  }
}

/** The HTTP client asks of its stream what only sockets have; a channel's time-outs are kept by whoever sent the request. */
function likeSocket(channel: Duplex): Duplex {
  const nothing = () => channel;
  return Object.assign(channel, {
    setTimeout: nothing,
    setKeepAlive: nothing,
    setNoDelay: nothing,
    ref: nothing,
    unref: nothing,
  });
}
