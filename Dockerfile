# boshcm in a container: the Debian package, built in one image and installed in another.
#
#     docker build -t boshcm .
#     docker run -v /etc/boshcm:/etc/boshcm:ro -p 127.0.0.1:5280:5280 boshcm
#
# cm.xml comes with the volume. Its listener has to be reachable from outside the container:
# address="0.0.0.0"; port 5280 and others above 1023 need no rights. The log goes to standard error.
# SIGTERM ends every session in order: give it `shutdown grace` and some seconds (--stop-timeout).

FROM debian:12 AS build
WORKDIR /src/boshcm
# The packages come first: they change less often than the source.
COPY debian/control debian/control
RUN apt-get update && apt-get build-dep -y --no-install-recommends ./
COPY . .
RUN DEB_BUILD_OPTIONS="noautodbgsym parallel=$(nproc)" dpkg-buildpackage -us -uc -b

FROM debian:12-slim
COPY --from=build /src/boshcm_*.deb /tmp/
# Where there is no systemd, its part that makes the user is enough.
RUN apt-get update \
    && apt-get install -y --no-install-recommends systemd-standalone-sysusers /tmp/boshcm_*.deb \
    && rm -rf /tmp/boshcm_*.deb /var/lib/apt/lists/*
USER boshcm
EXPOSE 5280
# As far as the server's features: whether boshcm does its work and its server answers.
HEALTHCHECK --interval=1m --timeout=15s --start-period=10s \
    CMD ["boshcm", "probe", "--config", "/etc/boshcm/cm.xml", "--web-only", "--timeout", "10s"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["boshcm"]
CMD ["run", "--config", "/etc/boshcm/cm.xml"]
