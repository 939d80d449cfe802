"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { NewPasswordFields } from "@/components/auth/new-password-fields";
import { PasswordInput } from "@/components/auth/password-input";
import { signInRefusal } from "@/components/auth/sign-in-refusal";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { newPasswordSchema } from "@/contract/account";

const blank = { current: "", next: "", again: "" };

export function PasswordCard({ username }: { username: string }) {
  const t = useTranslations("settings.password");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [typed, setTyped] = useState(blank);
  const [tried, setTried] = useState(false);
  const change = useMutation(
    trpc.auth.changePassword.mutationOptions({
      onSuccess: () => {
        setTyped(blank);
        setTried(false);
      },
    }),
  );
  const ready = typed.current !== "" && newPasswordSchema.safeParse(typed.next).success && typed.again === typed.next;
  const wrong = change.isError && signInRefusal(change.error)?.kind === "wrong";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (ready && !change.isPending) change.mutate({ current: typed.current, next: typed.next });
  };
  return (
    <Panel title={t("title")}>
      <form method="post" noValidate className="flex max-w-sm flex-col gap-4" onSubmit={submit}>
        <Field label={t("current")} error={wrong ? t("wrong") : undefined} required>
          {(control) => (
            <PasswordInput
              {...control}
              name="current-password"
              autoComplete="current-password"
              value={typed.current}
              onChange={(event) => setTyped({ ...typed, current: event.target.value })}
            />
          )}
        </Field>
        <NewPasswordFields
          label={t("next")}
          username={username}
          password={typed.next}
          again={typed.again}
          onPasswordChange={(next) => setTyped({ ...typed, next })}
          onAgainChange={(again) => setTyped({ ...typed, again })}
          tried={tried}
        />
        {change.isError && !wrong && <Banner alert tone="failed" title={errorText(change.error)} />}
        {change.isSuccess && <Banner alert tone="good" stateLabel="" title={t("done")} />}
        <div>
          <Button type="submit" variant="primary" pending={change.isPending}>
            {t("submit")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
