# A repository with three charts, and a branch that changes what two of them need, and one of them itself.
set -e
git init -q -b main
for chart in web api; do
    mkdir charts/$chart/charts
    cp -r charts/names charts/$chart/charts/
done
git add charts
git -c user.name=a -c user.email=a@example.com commit -q -m "Charts"
git update-ref refs/remotes/origin/main HEAD
printf 'memory: 100m\n' >> charts/web/values.yaml
cat >> charts/web/templates/deployment.yaml <<'END'
          resources:
            limits:
              memory: {{ .Values.memory }}i
END
