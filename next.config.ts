import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const withMessages = createNextIntlPlugin("./server/i18n/request.ts");

/** The content security policy is not here: it carries a nonce per request (proxy.ts). */
const securityHeaders = [
  { key: "x-content-type-options", value: "nosniff" },
  { key: "x-frame-options", value: "DENY" },
  { key: "referrer-policy", value: "same-origin" },
  { key: "cross-origin-opener-policy", value: "same-origin" },
  { key: "cross-origin-resource-policy", value: "same-origin" },
  { key: "permissions-policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` does it for everything at once; a second time here would only make the build slower.
  // A file of its own, because Next rewrites the one it uses.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "tsconfig.next.json" },
  // They load native code or worker files by path, which bundling breaks.
  serverExternalPackages: ["ssh2", "better-sqlite3", "@node-rs/argon2", "pino", "pg"],
  // Pages, scripts and answers travel as gzip. Event streams say "no-transform" (tRPC, logs): a compressor would hold small events back.
  compress: true,
  turbopack: {
    resolveAlias: { "@/contract/sentences": { browser: "./contract/sentences-in-browser.ts" } },
  },
  images: { unoptimized: true },
  headers: () => Promise.resolve([{ source: "/:path*", headers: securityHeaders }]),
};

export default withMessages(config);
