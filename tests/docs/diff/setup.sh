# A repository whose charts/web was changed after the release 1.4.0: the image's tag, and the order of containers.
set -e
git init -q -b main
git add charts prod.yaml
git -c user.name=a -c user.email=a@example.com commit -q -m "Web 1.4.0"
git tag v1.4.0
sed -i.before 's/tag: "1"/tag: "2"/' charts/web/values.yaml
sed -i.before -e '/name: proxy/d' -e '/image: proxy:1/d' charts/web/templates/deployment.yaml
printf '        - name: proxy\n          image: proxy:1\n' >> charts/web/templates/deployment.yaml
rm charts/web/values.yaml.before charts/web/templates/deployment.yaml.before
