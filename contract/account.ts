import { z } from "zod";

/** Rules for people's accounts, the same in the browser's forms and on the server. */
export const roleSchema = z.enum(["administrator", "operator", "viewer"]);
/** administrator: everything, people and settings too. operator: changes clusters. viewer: looks. */
export type Role = z.infer<typeof roleSchema>;

export const mayOperate = (role: Role): boolean => role !== "viewer";
export const mayAdminister = (role: Role): boolean => role === "administrator";

export const usernameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,31}$/);

export const shortestPassword = 10;
/** argon2 hashes any length; a bound keeps one request from costing much. */
export const longestPassword = 128;
export const newPasswordSchema = z.string().min(shortestPassword).max(longestPassword);

export const displayNameSchema = z.string().trim().min(1).max(64);
export const emailSchema = z.email().max(254).nullable();

export const setupInputSchema = z.object({
  username: usernameSchema,
  name: displayNameSchema.optional(),
  email: emailSchema.optional(),
  password: newPasswordSchema,
});
export type SetupInput = z.infer<typeof setupInputSchema>;

export const signInInputSchema = z.object({
  username: z.string().trim().toLowerCase().min(1).max(64),
  password: z.string().min(1).max(longestPassword),
});
export type SignInInput = z.infer<typeof signInInputSchema>;

/** Who is asking. */
export interface Actor {
  id: string;
  name: string;
  username: string;
  role: Role;
}

export interface Person extends Actor {
  /** Null when the person gave none. */
  email: string | null;
  createdAt: Date;
}
