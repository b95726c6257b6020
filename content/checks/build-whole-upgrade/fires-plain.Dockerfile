FROM debian:12.5
RUN apt-get dist-upgrade -y
