"""Rights and secrecy (个人权利与保密): exports, requests of persons, consents to publicity, retention."""
