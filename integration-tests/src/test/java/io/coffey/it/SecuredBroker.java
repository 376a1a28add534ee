// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import io.coffey.cli.access.Grant;
import io.coffey.cli.broker.LocalBroker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;

/**
 * A broker that lets nobody do what was not granted. One listener takes passwords over TLS (SCRAM), one takes
 * certificates; a third, plain one is the test's own, whose user may do all.
 */
final class SecuredBroker implements AutoCloseable {

    private final Path directory;
    private final Certificates certificates;
    private final LocalBroker broker;
    private final String scram;
    private final String mutual;

    SecuredBroker(Path directory) throws Exception {
        this.directory = directory;
        this.certificates = new Certificates(Files.createDirectories(directory.resolve("certificates")));
        List<Integer> ports = freePorts(4);
        this.scram = "127.0.0.1:" + ports.get(1);
        this.mutual = "127.0.0.1:" + ports.get(2);
        String clients = "PLAINTEXT://127.0.0.1:%d,SCRAM://%s,MUTUAL://%s".formatted(ports.get(0), scram, mutual);
        Map<String, String> properties = new HashMap<>(Map.of(
                "listeners", clients + ",CONTROLLER://127.0.0.1:" + ports.get(3),
                "advertised.listeners", clients,
                "controller.quorum.voters", "1@127.0.0.1:" + ports.get(3),
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SCRAM:SASL_SSL,MUTUAL:SSL",
                "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "listener.name.mutual.ssl.client.auth", "required",
                "ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:ANONYMOUS"));
        properties.putAll(stores(certificates.keys("broker", "-ext", "san=ip:127.0.0.1")));
        this.broker = new LocalBroker(new LocalBroker.Settings(directory.resolve("broker"), ports.get(0), properties));
        broker.start();
    }

    /** The address of the listener whose users may do all. */
    String plain() {
        return broker.bootstrapServers();
    }

    /** Makes a user with a password, and returns the settings with which its processes connect. */
    Map<String, String> withPassword(String user, String password) throws Exception {
        try (Admin admin = admin()) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
                    .all()
                    .get();
        }
        return connecting(user, password);
    }

    /**
     * The settings with which a user's processes connect; the password is in a file of its own, as a secret that is
     * mounted.
     */
    Map<String, String> connecting(String user, String password) throws Exception {
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        Path secret = Files.writeString(
                secrets.resolve(user + "." + password + ".properties"),
                "jaas=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";%n"
                        .formatted(user, password));
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrapServers",
                scram,
                "properties.security.protocol",
                "SASL_SSL",
                "properties.sasl.mechanism",
                "SCRAM-SHA-512",
                "properties.config.providers",
                "file",
                "properties.config.providers.file.class",
                "org.apache.kafka.common.config.provider.FileConfigProvider",
                "properties.config.providers.file.param.allowed.paths",
                secrets.toString(),
                "properties.sasl.jaas.config",
                "${file:" + secret + ":jaas}"));
        settings.put("properties.ssl.truststore.location", certificates.trust());
        settings.put("properties.ssl.truststore.password", Certificates.PASSWORD);
        return settings;
    }

    /** The settings with which a process connects that shows a certificate of the user's. */
    Map<String, String> withCertificate(String user, String... optionsOfKeytool) throws Exception {
        Map<String, String> settings = new HashMap<>();
        stores(certificates.keys(user, optionsOfKeytool))
                .forEach((key, value) -> settings.put("properties." + key, value));
        settings.put("bootstrapServers", mutual);
        settings.put("properties.security.protocol", "SSL");
        return settings;
    }

    void grant(String user, List<Grant> grants) throws Exception {
        try (Admin admin = admin()) {
            admin.createAcls(bindings(user, grants)).all().get();
        }
    }

    void revoke(String user, List<Grant> grants) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteAcls(bindings(user, grants).stream()
                            .map(AclBinding::toFilter)
                            .toList())
                    .all()
                    .get();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", plain()));
    }

    private static List<AclBinding> bindings(String user, List<Grant> grants) {
        List<AclBinding> bindings = new ArrayList<>();
        grants.forEach(grant -> grant.operations()
                .forEach(operation -> bindings.add(new AclBinding(
                        grant.resource(),
                        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)))));
        return bindings;
    }

    private Map<String, String> stores(String keys) {
        return Map.of(
                "ssl.keystore.location",
                keys,
                "ssl.keystore.password",
                Certificates.PASSWORD,
                "ssl.truststore.location",
                certificates.trust(),
                "ssl.truststore.password",
                Certificates.PASSWORD);
    }

    private static List<Integer> freePorts(int count) throws Exception {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    @Override
    public void close() {
        broker.stop();
    }
}
