"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { PasswordInput } from "@/components/auth/password-input";
import { type SignInRefusal, signInRefusal } from "@/components/auth/sign-in-refusal";
import { safeReturnPath } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useNow } from "@/components/ui/use-now";

export function LoginForm({ returnTo }: { returnTo: string | undefined }) {
  const t = useTranslations("auth");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const router = useRouter();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const passwordField = useRef<HTMLInputElement>(null);
  const now = useNow();
  const [blockedTill, setBlockedTill] = useState(0);
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      onSuccess: () => {
        router.replace(safeReturnPath(returnTo));
        router.refresh();
      },
      onError: (error) => {
        const refusal = signInRefusal(error);
        if (refusal?.kind === "wait") setBlockedTill(Date.now() + refusal.seconds * 1000);
        setPassword("");
      },
    }),
  );

  const failed = signIn.isError;
  useEffect(() => {
    // The password is what most likely was wrong: the next try needs no mouse.
    if (failed) passwordField.current?.focus();
  }, [failed]);

  const waitSeconds = Math.max(0, Math.ceil((blockedTill - (now ?? 0)) / 1000));
  const refusal = signIn.isError ? signInRefusal(signIn.error) : null;
  const sentence = (why: SignInRefusal): string => {
    if (why.kind !== "wait") return t(`login.${why.kind}`);
    return waitSeconds > 0 ? t("login.wait", { seconds: waitSeconds }) : t("login.waitOver");
  };
  const missing = username.trim() === "" || password === "";

  return (
    // "post": sent before the page's script has come, the password is not in the address.
    <form
      method="post"
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing && waitSeconds === 0 && !signIn.isPending) signIn.mutate({ username, password });
      }}
    >
      <Field label={t("username")}>
        {(control) => (
          <Input
            {...control}
            // What is typed before the page's script has come would be lost.
            readOnly={now === null}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
      </Field>
      <Field label={t("password")}>
        {(control) => (
          <PasswordInput
            {...control}
            ref={passwordField}
            readOnly={now === null}
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {signIn.isError && (
        <Banner
          alert
          tone={refusal === null || refusal.kind === "wrong" ? "failed" : "needs-you"}
          title={refusal === null ? errorText(signIn.error) : sentence(refusal)}
        />
      )}
      <Button
        type="submit"
        variant="primary"
        pending={signIn.isPending || signIn.isSuccess}
        disabledReason={
          waitSeconds > 0 ? t("login.wait", { seconds: waitSeconds }) : missing ? t("login.missing") : null
        }
      >
        {t("login.submit")}
      </Button>
    </form>
  );
}
