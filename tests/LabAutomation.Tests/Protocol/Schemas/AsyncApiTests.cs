using System.Text.Json.Nodes;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Schemas;

public sealed class AsyncApiTests
{
    public static TheoryData<string> Families => [.. ConformingFamilies.Names];

    [Fact]
    public void The_document_that_is_checked_in_is_the_one_that_the_code_makes() => CheckedInFile.MustBe(AsyncApiDocument.Contract(), "wire", "asyncapi.json");

    [Theory]
    [MemberData(nameof(Families))]
    public void A_family_s_document_that_is_checked_in_is_the_one_that_its_driver_makes(string family) => CheckedInFile.MustBe(OfFamily(family), "wire", "families", $"{family}.asyncapi.json");

    [Fact]
    public void No_family_s_document_is_left_over() =>
        Directory.GetFiles(House.Repository.At("docs", "reference", "wire", "families")).Select(Path.GetFileName).Should().BeEquivalentTo(DriverFamilies.BuiltIn.Names.Select(name => $"{name}.asyncapi.json"));

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        foreach (var document in ConformingFamilies.Names.Select(OfFamily).Prepend(AsyncApiDocument.Contract()))
        {
            var root = JsonNode.Parse(document)!;
            var references = References(root).ToArray();

            references.Should().HaveCountGreaterThan(60);
            foreach (var reference in references) Follow(root, reference).Should().NotBeNull($"{reference} stands in the document");
            root["components"]!["messages"]!.AsObject().Select(message => $"#/components/messages/{message.Key}").Should().BeSubsetOf(references, "what nobody refers to is not in the contract");
            root["components"]!["schemas"]!.AsObject().Select(schema => $"#/components/schemas/{schema.Key}").Should().BeSubsetOf(references);
        }
    }

    [Fact]
    public void Every_topic_of_the_contract_has_a_channel()
    {
        var topics = Topics.Of("main", "pump");
        var action = ActionId.Derive("c", 1, "s", 0, 0);
        string[] made =
        [
            topics.Birth, topics.Liveness, topics.State, topics.Event, topics.Property("volume"), topics.Command("dispense"), topics.Status(action), topics.Result(action), topics.Data(action, "spectrum"),
            topics.Acknowledge(action), Topics.Replies("agents"), Topics.InterlockTrip, Topics.InterlockHeartbeat,
            .. new[] { "cancel", "hold", "unhold", "abort", "clear", "lock", "unlock", "reconcile" }.Select(topics.Control),
            .. new[] { StockOrder.Verb, QueueOrder.Verb }.Select(Topics.Of("main", Topics.Desk).Control),
        ];
        var channels = JsonNode.Parse(AsyncApiDocument.Contract())!["channels"]!.AsObject().Select(channel => channel.Value!).ToArray();

        foreach (var topic in made) channels.Count(channel => Covers(channel, topic)).Should().Be(1, $"one channel is for {topic}");
        foreach (var channel in channels) made.Should().Contain(topic => Covers(channel, topic), $"{channel["address"]} is a topic of the contract");
    }

    [Fact]
    public void What_is_told_at_the_desk_is_in_the_contract_and_is_no_instrument_s()
    {
        var contract = JsonNode.Parse(AsyncApiDocument.Contract())!;

        contract["channels"]!.AsObject().Select(channel => channel.Key).Should().Contain(["desk-refill", "desk-queue"]);
        contract["operations"]!.AsObject().Select(operation => operation.Key).Should().NotContain(name => name.Contains("desk"));
        JsonNode.Parse(OfFamily("new-era-ne1000"))!["channels"]!.AsObject().Select(channel => channel.Key).Should().NotContain(name => name.Contains("desk"));
    }

    [Fact]
    public void A_family_s_command_carries_its_units_and_ranges()
    {
        var document = JsonNode.Parse(OfFamily("new-era-ne1000"))!;

        document["channels"]!["command-dispense"]!["address"]!.GetValue<string>().Should().Be("lab/1/{site}/{instrument}/cmd/dispense");
        document["channels"]!["command-dispense"]!["summary"]!.GetValue<string>().Should().Be("Pushes liquid out of the syringe. Effect: consume; cancelled within 2 s, held within 3 s.");
        var arguments = document["components"]!["messages"]!["command-dispense"]!["payload"]!["properties"]!["arguments"]!;
        arguments["required"]!.ToJsonString().Should().Be("""["volume","rate"]""");
        arguments["properties"]!["volume"]!["x-range"]!["unit"]!.GetValue<string>().Should().Be("mL");
        arguments["properties"]!["volume"]!["x-range"]!["low"]!.GetValue<double>().Should().Be(0.001);
    }

    [Fact]
    public void What_is_said_of_members_is_said_of_members_that_are_there()
    {
        foreach (var (frame, member) in FrameLimits.All)
            frame.GetProperties().Should().Contain(property => string.Equals(property.Name, member, StringComparison.OrdinalIgnoreCase), $"{frame.Name} is to have '{member}'");
    }

    private static string OfFamily(string family)
    {
        var driver = ConformingFamilies.Undriven(family);
        return AsyncApiDocument.Of(family, driver.Commands, driver.Properties);
    }

    private static bool Covers(JsonNode channel, string topic)
    {
        var (address, levels) = (channel["address"]!.GetValue<string>().Split('/'), topic.Split('/'));
        return address.Length == levels.Length && address.Zip(levels).All(pair => pair.First == pair.Second || Allows(pair.First, pair.Second)) && (levels[2] is not ("clients" or "interlock") || address[2] == levels[2]);

        bool Allows(string parameter, string level) => parameter.StartsWith('{')
            && (channel["parameters"]![parameter.Trim('{', '}')]!["enum"] is not JsonArray words || words.Any(word => word!.GetValue<string>() == level));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Follow(JsonNode root, string reference) => reference[2..].Split('/').Aggregate((JsonNode?)root, (node, key) => node?[key]);
}
