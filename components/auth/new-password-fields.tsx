"use client";

import { useTranslations } from "next-intl";
import { PasswordInput } from "@/components/auth/password-input";
import { type PasswordStrength, passwordStrength } from "@/components/auth/password-strength";
import { Field } from "@/components/ui/field";
import { longestPassword, shortestPassword } from "@/contract/account";

export interface NewPasswordFieldsProps {
  /** "Password" where somebody gets their first, "New password" where one is replaced. */
  label: string;
  username: string;
  password: string;
  again: string;
  onPasswordChange: (password: string) => void;
  onAgainChange: (again: string) => void;
  /** Somebody tried to send: what is missing is now an error. */
  tried: boolean;
}

/** A new password with a sentence on its strength, and the same again. */
export function NewPasswordFields(props: NewPasswordFieldsProps) {
  const t = useTranslations("auth");
  const { username, password, again, tried } = props;
  const strength = passwordStrength(password, username);
  const tooLong = password.length > longestPassword;
  const missing = strength.kind === "too-short" ? strength.missing : shortestPassword;
  const short = strength.kind === "empty" || strength.kind === "too-short";
  return (
    <>
      <Field
        label={props.label}
        help={t("setup.passwordHelp", { min: shortestPassword })}
        error={
          tooLong
            ? t("setup.passwordTooLong", { max: longestPassword })
            : tried && short
              ? t("setup.passwordTooShort", { missing })
              : undefined
        }
        note={<StrengthNote strength={strength} quiet={tried && short} />}
        required
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="new-password"
            autoComplete="new-password"
            value={password}
            onChange={(event) => props.onPasswordChange(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t("setup.confirm")}
        error={
          again !== password && (tried || again.length >= password.length) ? t("setup.confirmMismatch") : undefined
        }
        required
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="new-password-again"
            autoComplete="new-password"
            value={again}
            onChange={(event) => props.onAgainChange(event.target.value)}
          />
        )}
      </Field>
    </>
  );
}

function StrengthNote({ strength, quiet }: { strength: PasswordStrength; quiet: boolean }) {
  const t = useTranslations("auth");
  let text = "";
  if (strength.kind === "too-short") text = quiet ? "" : t("setup.passwordTooShort", { missing: strength.missing });
  else if (strength.kind !== "empty") text = t(`strength.${strength.kind}`);
  return <span aria-live="polite">{text}</span>;
}
