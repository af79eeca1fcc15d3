import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.Normalizer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends a signed loss notice and waits for its receipt. JDK 17, kafka-clients, nothing else.
 *
 * <pre>
 * java -cp "libs/*" NotifyLoss.java --pool UUID --lender example-bank --contract LC-2026-0007 --key key.pem --print
 * java -cp "libs/*" NotifyLoss.java --pool UUID --lender example-bank --contract LC-2026-0007 --key key.pem \
 *     --bootstrap kafka.pool.example:9093 --user example-bank
 * </pre>
 *
 * The public key is read from the file beside the private one: key.pub.pem for key.pem. The password is read from
 * POOL_PASSWORD. Without --user the connection is plain, for a broker on your own machine. --print shows the value and
 * its signature and sends nothing.
 *
 * Each run is a new notice under a new id, with the figures of --as-of DAY or today. Its bytes are kept in a file in this
 * folder until its receipt is there: if none comes, send the same bytes again with --again FILE.
 */
public final class NotifyLoss {
    private static final String TOPIC = "loss-notices";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);
    private static final Pattern OUTCOME = Pattern.compile("\"outcome\":\"([a-z]+)\"");
    // Each Latin letter (or digit) with the Greek and Cyrillic ones that look like it, as contract-numbers.json has them.
    private static final String LOOK_ALIKES =
        "AΑαАа BΒβВвЬь CСс DԀԁ EΕεЕе GԌԍ HΗНнҺһ IΙιІіӀӏ JͿϳЈј KΚκКк MΜМм NΝ OΟοОо PΡρРр QԚԛ SЅѕ TΤτТт VѴѵ WѠѡԜԝ XΧχХх "
        + "YΥУуҮү ZΖζ 3Зз";

    public static void main(String[] arguments) throws Exception {
        try {
            System.exit(run(options(arguments)));
        } catch (IllegalArgumentException | DateTimeParseException | IOException | GeneralSecurityException error) {
            System.err.println(error + ": mend what is given; the comment above the program shows how to call it");
            System.exit(1);
        }
    }

    private static int run(Map<String, String> given) throws Exception {
        for (String name : List.of("pool", "lender", "contract", "key")) {
            if (!given.containsKey(name)) {
                throw new IllegalArgumentException("--" + name + " is missing");
            }
        }
        String pool = given.get("pool"), lender = given.get("lender"), contract = given.get("contract");
        UUID project = projectId(pool, lender, contract);
        Path key = Path.of(given.get("key"));
        if (!Files.exists(publicKey(key))) {
            System.err.println("the public key is missing: openssl pkey -in " + key + " -pubout -out " + publicKey(key));
            return 1;
        }
        // Your own numbers will do for the id, if none is ever used twice.
        String id = "loss-" + UUID.randomUUID();
        String asOf = LocalDate.parse(given.getOrDefault("as-of", LocalDate.now(BEIJING).toString())).toString();
        boolean again = given.containsKey("again");
        byte[] value = again
            ? Files.readAllBytes(Path.of(given.get("again"))) : lossNotice(pool, lender, contract, id, asOf);
        String signed;
        try {
            signed = signature(value, key);
        } catch (GeneralSecurityException | IllegalArgumentException error) {
            throw new IllegalArgumentException(key + " or " + publicKey(key) + " holds no Ed25519 key");
        }
        if (given.containsKey("print")) {
            System.out.write(value);
            System.out.println("\n" + signed);
            return 0;
        }
        Map<String, Object> connection = connection(given);
        // Kept until they are answered: whoever repeats a message has to send the very same bytes.
        Path kept = again ? Path.of(given.get("again")) : Files.write(Path.of(id + ".json"), value);
        String receipt;
        try {
            receipt = send(value, signed, project, lender, connection);
        } catch (KafkaException | ExecutionException error) {
            System.err.println(connection.get("bootstrap.servers") + ": " + error.getMessage()
                + ": look at the address, then send the same bytes with --again " + kept);
            return 1;
        }
        if (receipt == null) {
            System.err.println("no receipt within " + ANSWER_MAX + ": send the same bytes once more with --again " + kept);
            return 2;
        }
        Files.delete(kept);
        System.out.println(receipt);
        Matcher outcome = OUTCOME.matcher(receipt);
        boolean good = outcome.find() && List.of("accepted", "held", "duplicate").contains(outcome.group(1));
        return good ? 0 : 1;
    }

    /** The bytes of the notice. Everything here comes from your systems; the figures are an example. */
    static byte[] lossNotice(String pool, String lender, String contract, String id, String asOf) {
        String time = OffsetDateTime.now(BEIJING).truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
        // The root locale, since in some others %d writes other digits than 0 to 9.
        String notice = String.format(Locale.ROOT, """
            {"specversion":"1.0","id":%s,"source":%s,"type":"claims.loss.notify.v1","time":%s,"audience":%s,"poolid":%s,\
            "data":{"lender":%s,"loan_contract_number":%s,"origin":"compensation_notice",\
            "loss":{"as_of":%s,"principal_fen":%d,"interest_fen":%d,"penalty_interest_fen":%d,\
            "overdue_interest_fen":%d,"overdue_penalty_fen":%d,"other_fen":%d,"total_fen":%d},\
            "claimed_fen":%d,"maker":%s,"checker":%s,"documents":[]}}""",
            text(id), text(lender), text(time), text(TOPIC), text(pool), text(lender), text(contract), text(asOf),
            // Whole fen: 950,000.00 yuan of principal and so on; the total is the sum of the six.
            95_000_000L, 3_000_000L, 1_200_000L, 600_000L, 200_000L, 1L, 100_000_001L,
            20_000_000L,
            // The two people of your bank who made and checked this notice.
            text("maker-1"), text("checker-1"));
        return notice.getBytes(StandardCharsets.UTF_8);
    }

    /** A JSON string. */
    static String text(String plain) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : plain.toCharArray()) {
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ') {
                quoted.append("\\u%04x".formatted((int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }

    /** The one form of a contract's number, whatever it is written with; README.md, step 3, says how it is made. */
    static String canonicalNumber(String number) {
        String form = Normalizer.normalize(number, Normalizer.Form.NFKD);
        for (String alike : LOOK_ALIKES.split(" ")) {
            form = form.replaceAll("[" + alike.substring(1) + "]", alike.substring(0, 1));
        }
        form = form.replaceAll("[\\p{M}\\p{Z}\\p{Cc}\\p{Cf}]", "").replaceAll("[\\p{P}\\p{S}第号號]+", "-");
        StringBuilder capital = new StringBuilder();
        // Only a to z, and whatever the machine's locale is.
        form.chars().forEach(unit -> capital.append((char) (unit >= 'a' && unit <= 'z' ? unit - 'a' + 'A' : unit)));
        return capital.toString().replaceAll("(?<![0-9])-|-(?![0-9])", "");
    }

    /** The id of the project and of its case: UUIDv5 of the pool and "project/lender/contract number in its form". */
    static UUID projectId(String pool, String lender, String contract) throws GeneralSecurityException {
        UUID namespace = UUID.fromString(pool);
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(ByteBuffer.allocate(16)
            .putLong(namespace.getMostSignificantBits())
            .putLong(namespace.getLeastSignificantBits())
            .array());
        byte[] digest = sha1.digest(("project/" + lender + "/" + canonicalNumber(contract)).getBytes(StandardCharsets.UTF_8));
        digest[6] = (byte) (digest[6] & 0x0f | 0x50);
        digest[8] = (byte) (digest[8] & 0x3f | 0x80);
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    /** The detached JWS over exactly these bytes. */
    static String signature(byte[] value, Path key) throws IOException, GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("Ed25519");
        PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(pem(key)));
        byte[] encoded = pem(publicKey(key));
        factory.generatePublic(new X509EncodedKeySpec(encoded));
        // The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the key itself.
        String x = base64url(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        byte[] thumbprint = sha256(ascii("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}"));
        String header = base64url(ascii("{\"alg\":\"Ed25519\",\"kid\":\"" + base64url(thumbprint) + "\"}"));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(privateKey);
        signer.update(ascii(header + "." + base64url(value)));
        return header + ".." + base64url(signer.sign());
    }

    /** Sends the notice and returns the receipt of these very bytes, or null if there is none in time. */
    static String send(byte[] value, String signature, UUID project, String lender, Map<String, Object> connection)
            throws Exception {
        TopicPartition answers = new TopicPartition("outcomes." + lender, 0);
        String sha256 = "\"message_sha256\":\"" + HexFormat.of().formatHex(sha256(value)) + "\"";
        try (var consumer = new KafkaConsumer<>(connection, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
            // Look to the end first, so that the receipt is behind it. A service of yours would read with a group.
            consumer.assign(List.of(answers));
            consumer.seekToEnd(List.of(answers));
            consumer.position(answers);
            var record = new ProducerRecord<>(TOPIC, ascii(project.toString()), value);
            record.headers().add("signature", ascii(signature));
            record.headers().add("content-type", ascii("application/cloudevents+json; charset=utf-8"));
            producer.send(record).get();
            long end = System.nanoTime() + ANSWER_MAX.toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> answer : consumer.poll(Duration.ofSeconds(1))) {
                    String message = new String(answer.value(), StandardCharsets.UTF_8);
                    // A real reader parses the JSON; for one receipt a search does.
                    if (message.contains(sha256)) {
                        return message;
                    }
                }
            }
            return null;
        }
    }

    static Map<String, Object> connection(Map<String, String> given) {
        Map<String, Object> connection = new HashMap<>();
        connection.put("bootstrap.servers", given.getOrDefault("bootstrap", "kafka.pool.example:9093"));
        // acks=all and idempotence are the producer's defaults.
        // Who waits for a broker that is not there is told soon.
        connection.put("default.api.timeout.ms", 10_000);
        connection.put("max.block.ms", 10_000);
        if (given.containsKey("user")) {
            if (System.getenv("POOL_PASSWORD") == null) {
                throw new IllegalArgumentException("set POOL_PASSWORD to the password of " + given.get("user"));
            }
            connection.put("security.protocol", "SASL_SSL");
            connection.put("sasl.mechanism", "SCRAM-SHA-512");
            connection.put("sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=" + text(given.get("user")) + " password=" + text(System.getenv("POOL_PASSWORD")) + ";");
        }
        return connection;
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (int index = 0; index < arguments.length; index++) {
            String name = arguments[index].replaceFirst("^--", "");
            if (!name.equals("print") && index + 1 == arguments.length) {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            given.put(name, name.equals("print") ? "" : arguments[++index]);
        }
        return given;
    }

    private static Path publicKey(Path key) {
        return Path.of(key.toString().replaceFirst("\\.pem$", ".pub.pem"));
    }

    private static byte[] pem(Path path) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(path).replaceAll("-----[A-Z ]+-----", ""));
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
