FROM debian:12.5
RUN git config --global http.sslVerify false
