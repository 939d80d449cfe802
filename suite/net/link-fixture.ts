import type { Link } from "@/suite/net/links";

/** A plain NIC with carrier that nobody uses, as tests want it. */
export const linkFixture = (name: string, more: Partial<Link> = {}): Link => ({
  name,
  mac: "02:00:00:00:00:01",
  permanentMac: null,
  mtu: 1500,
  up: true,
  carrier: true,
  kind: "",
  master: null,
  on: null,
  addresses: [],
  ...more,
});
