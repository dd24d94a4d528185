# What the examples name: packed charts, a git repository, two charts and their manifests, pods and credentials.
set -e
mkdir -p charts old/templates
cp -r chart charts/web
git init -q -b main
git add charts
git -c user.name=a -c user.email=a@example.com commit -q -m "Web"
sed -i.before 's/replicas: 1/replicas: 2/' charts/web/values.yaml
for archive in chart other; do
    cp -r chart packed
    sed -i.before "s/version: 1.1.0/version: 1.0.0/; s/name: web/name: $archive/" packed/Chart.yaml
    rm packed/Chart.yaml.before
    tar -czf $archive-1.0.0.tgz packed
    rm -r packed
done
cp -r chart new
cp -r chart old
sed -i.before 's/tag: "1"/tag: "0"/' old/chart/values.yaml
mv old/chart/* old/
rm -r old/chart
rhelm template ./old > old.yaml
rhelm template ./new > new.yaml
kubectl get pods -A -o json > pods.json
kubectl get secret istio-multi-token -o yaml > secret.yaml
printf 'TOKEN' > token
printf -- '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n' > ca
mkdir -p .config/fish/completions
