"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { NewPasswordFields } from "@/components/auth/new-password-fields";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { newPasswordSchema, type Person } from "@/contract/account";

export function ResetPasswordDialog({ person, open, onClose }: { person: Person; open: boolean; onClose: () => void }) {
  const t = useTranslations();
  const errorText = useErrorText();
  const trpc = useTRPC();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const close = () => {
    setPassword("");
    setAgain("");
    setTried(false);
    onClose();
  };
  const reset = useMutation(trpc.auth.resetPassword.mutationOptions({ onSuccess: close }));
  const submit = () => {
    setTried(true);
    if (newPasswordSchema.safeParse(password).success && again === password) reset.mutate({ id: person.id, password });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      size="sm"
      title={t("settings.people.resetTitle", { name: person.name })}
      description={t("settings.people.resetText", { name: person.name })}
      closeLabel={t("shell.close")}
      footer={
        <>
          <Button onClick={close}>{t("shell.cancel")}</Button>
          <Button variant="primary" pending={reset.isPending} onClick={submit}>
            {t("settings.people.resetSubmit")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <NewPasswordFields
          label={t("settings.password.next")}
          username={person.username}
          password={password}
          again={again}
          onPasswordChange={setPassword}
          onAgainChange={setAgain}
          tried={tried}
        />
        {reset.isError && <Banner alert tone="failed" title={errorText(reset.error)} />}
      </div>
    </Dialog>
  );
}
