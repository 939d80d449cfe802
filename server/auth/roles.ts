import { z } from "zod";

/** administrator: everything, users and settings too. operator: changes clusters. viewer: looks. */
export const roleSchema = z.enum(["administrator", "operator", "viewer"]);
export type Role = z.infer<typeof roleSchema>;

export const mayOperate = (role: Role): boolean => role === "administrator" || role === "operator";
export const mayAdminister = (role: Role): boolean => role === "administrator";
