"use client";

import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { NewPasswordFields } from "@/components/auth/new-password-fields";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { reportOfError } from "@/components/client/error-report";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useIsAwake } from "@/components/ui/use-now";
import { newPasswordSchema, usernameSchema } from "@/contract/account";

export function SetupForm() {
  const t = useTranslations("auth");
  const trpc = useTRPC();
  const router = useRouter();
  const [username, setUsername] = useState("admin");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  // What is typed before the page's script has come would be lost.
  const isAwake = useIsAwake();
  const [tried, setTried] = useState(false);
  const setup = useMutation(
    trpc.auth.setup.mutationOptions({
      onSuccess: () => {
        router.replace(paths.clusters());
        router.refresh();
      },
    }),
  );

  const usernameOk = usernameSchema.safeParse(username).success;
  const ready = usernameOk && newPasswordSchema.safeParse(password).success && again === password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (ready && !setup.isPending) setup.mutate({ username, password });
  };

  return (
    <form method="post" noValidate className="flex flex-col gap-4" onSubmit={submit}>
      <Field
        label={t("username")}
        help={t("setup.usernameHelp")}
        error={!usernameOk && (tried || username !== "") ? t("setup.usernameInvalid") : undefined}
        required
      >
        {(control) => (
          <Input
            {...control}
            readOnly={!isAwake}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
      </Field>
      <NewPasswordFields
        label={t("password")}
        username={username}
        password={password}
        again={again}
        onPasswordChange={setPassword}
        onAgainChange={setAgain}
        tried={tried}
      />
      {setup.isError && <SetupError error={setup.error} />}
      <Button type="submit" variant="primary" pending={setup.isPending || setup.isSuccess}>
        {t("setup.submit")}
      </Button>
    </form>
  );
}

function SetupError({ error }: { error: unknown }) {
  const t = useTranslations("auth.setup");
  const errorText = useErrorText();
  const report = reportOfError(error);
  if (report?.code === "setup-already-done")
    return (
      <Banner alert tone="needs-you" title={t("done")}>
        <Link href={paths.login()} className="text-accent underline underline-offset-2">
          {t("toLogin")}
        </Link>
      </Banner>
    );
  const ownHost = report?.code === "not-allowed" && report.facts.needed === "own-host";
  return <Banner alert tone="failed" title={ownHost ? t("ownHost") : errorText(error)} />;
}
