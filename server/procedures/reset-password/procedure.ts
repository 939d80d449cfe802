import { type ResetPasswordInput, resetPasswordInputSchema } from "@/contract/lifecycle";
import { passwordSetLine } from "@/server/procedures/reset-password/password-set";
import { inOrder } from "@/server/steps/in-order";
import { guardsLine } from "@/server/steps/lifecycle/guards-line";

/** Manual 3.14: root of the management VM, through its guest agent. */
export const resetPasswordProcedure = inOrder<ResetPasswordInput>(
  "reset-password",
  (json) => resetPasswordInputSchema.parse(json),
  [guardsLine("reset-password"), passwordSetLine],
);
