#!/bin/sh
# Make one key and certificate that scheduler, workers and driver of a cluster share, and the file
# that tells Dask of it. Whoever has the key is let in: keep the folder as secret as the solutions.
#
#     sh make_certificates.sh FOLDER
#     export DASK_CONFIG=FOLDER        # for `dask scheduler`, `dask worker` and `grade class`
set -eu
umask 077
mkdir -p "$1"
cd "$1"
openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj "/CN=torchgrade" \
    -keyout key.pem -out certificate.pem 2>/dev/null
here=$(pwd)
cat >torchgrade.yaml <<END
distributed:
  comm:
    require-encryption: true
    tls:
      ca-file: $here/certificate.pem
      client: {cert: $here/certificate.pem, key: $here/key.pem}
      scheduler: {cert: $here/certificate.pem, key: $here/key.pem}
      worker: {cert: $here/certificate.pem, key: $here/key.pem}
END
