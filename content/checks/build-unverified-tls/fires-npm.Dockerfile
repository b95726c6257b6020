FROM debian:12.5
RUN npm config set strict-ssl false
