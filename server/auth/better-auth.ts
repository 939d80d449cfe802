import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { username } from "better-auth/plugins/username";
import { longestPassword, shortestPassword, usernameSchema } from "@/contract/account";
import { hashPassword, verifyPassword } from "@/server/auth/password";
import { database, databaseTarget } from "@/server/database/client";
import { environment } from "@/server/env";
import { log } from "@/server/log";
import { oncePerProcess } from "@/server/process";
import { derivedKey } from "@/server/secret/key";

/** A working day and a night shift. Longer = a stolen cookie is worth more. */
const sessionSeconds = 16 * 3600;
/** A session used after this long is prolonged; less often saves writes. */
const prolongAfterSeconds = 3600;

export const sessionCookiePrefix = "trivet";

/**
 * better-auth keeps sessions and checks passwords. Its own HTTP endpoints are not mounted: the panel's procedures are the only way in,
 * so that origin check, brake and audit trail cannot be walked around.
 */
const create = () =>
  betterAuth({
    appName: "Trivet",
    baseURL: environment().origin ?? "http://localhost",
    secret: derivedKey("session cookies"),
    telemetry: { enabled: false },
    database: prismaAdapter(database(), { provider: databaseTarget().dialect }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(password, hash) },
    },
    user: { additionalFields: { role: { type: "string", required: true, input: false } } },
    plugins: [
      username({
        minUsernameLength: 2,
        maxUsernameLength: 32,
        usernameValidator: (name) => usernameSchema.safeParse(name).success,
      }),
    ],
    session: { expiresIn: sessionSeconds, updateAge: prolongAfterSeconds },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: sessionCookiePrefix,
      // `Secure` is added per request (session.ts): the same panel may be asked over https by a proxy and over http on loopback.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
    },
    logger: {
      level: "error",
      log: (level, message) => log()[level === "error" ? "error" : "info"]({ area: "auth" }, message),
    },
  });

export const auth = () => oncePerProcess("better-auth", create);
