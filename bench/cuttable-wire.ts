import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Between a browser and the panel: passes everything on, and can be cut and mended, as a network in between is. */
export interface CuttableWire {
  url: string;
  /** Every connection ends at once, and a new one too. */
  cut(): void;
  mend(): void;
  close(): void;
}

export async function openWire(target: string): Promise<CuttableWire> {
  const { hostname, port } = new URL(target);
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one);
      one.setNoDelay(true).pipe(other);
      one.on("error", () => undefined);
      one.on("close", () => {
        ends.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  const end = (): void => {
    for (const each of ends) each.destroy();
  };
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      end();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      server.close();
      end();
    },
  };
}
