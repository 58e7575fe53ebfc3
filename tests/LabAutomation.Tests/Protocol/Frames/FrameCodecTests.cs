using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Frames;

public sealed class FrameCodecTests
{
    private const string At = "\"at\":\"2026-01-31T12:00:00.5Z\"";
    private const string Id = "\"0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60\"";

    [Theory]
    [InlineData("", "*")]
    [InlineData("null", "*null*")]
    [InlineData("[]", "*")]
    [InlineData("7", "*")]
    [InlineData("{", "*")]
    [InlineData("{}", "*value*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,AT}x""", "*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,AT},""", "*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,AT,}""", "*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,/* */AT}""", "*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1}""", "*at*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,AT,"more":1}""", "*more*")]
    [InlineData("""{"Value":{"value":1,"unit":"mL"},"quality":"good","seq":1,AT}""", "*Value*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,"seq":1,AT}""", "*seq*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1.5,AT}""", "*seq*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":"1",AT}""", "*seq*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":99999999999999999999,AT}""", "*seq*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":null,AT}""", "*seq*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":0,"seq":1,AT}""", "*bad, good, stale, uncertain*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"0","seq":1,AT}""", "*bad, good*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"Good","seq":1,AT}""", "*bad, good*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":" good","seq":1,AT}""", "*bad, good*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good,bad","seq":1,AT}""", "*bad, good*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"excellent","seq":1,AT}""", "*bad, good*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":null,"seq":1,AT}""", "*")]
    [InlineData("""{"value":null,"quality":"good","seq":1,AT}""", "*quantity*")]
    [InlineData("""{"value":1,"quality":"good","seq":1,AT}""", "*value and unit*")]
    [InlineData("""{"value":{"value":1},"quality":"good","seq":1,AT}""", "*unit*")]
    [InlineData("""{"value":{"unit":"mL"},"quality":"good","seq":1,AT}""", "*value*")]
    [InlineData("""{"value":{"value":1,"unit":"furlong"},"quality":"good","seq":1,AT}""", "*'furlong'*mL*")]
    [InlineData("""{"value":{"value":1,"unit":null},"quality":"good","seq":1,AT}""", "*unit*")]
    [InlineData("""{"value":{"value":1,"unit":7},"quality":"good","seq":1,AT}""", "*unit*")]
    [InlineData("""{"value":{"value":"1","unit":"mL"},"quality":"good","seq":1,AT}""", "*number*")]
    [InlineData("""{"value":{"value":null,"unit":"mL"},"quality":"good","seq":1,AT}""", "*number*")]
    [InlineData("""{"value":{"value":NaN,"unit":"mL"},"quality":"good","seq":1,AT}""", "*")]
    [InlineData("""{"value":{"value":"NaN","unit":"mL"},"quality":"good","seq":1,AT}""", "*number*")]
    [InlineData("""{"value":{"value":1e999,"unit":"mL"},"quality":"good","seq":1,AT}""", "*finite*")]
    [InlineData("""{"value":{"value":1,"unit":"mL","sd":-1},"quality":"good","seq":1,AT}""", "*deviation*")]
    [InlineData("""{"value":{"value":1,"unit":"mL","sd":null},"quality":"good","seq":1,AT}""", "*number*")]
    [InlineData("""{"value":{"value":1,"value":2,"unit":"mL"},"quality":"good","seq":1,AT}""", "*'value' once*")]
    [InlineData("""{"value":{"value":1,"unit":"mL","unit":"L"},"quality":"good","seq":1,AT}""", "*'unit' once*")]
    [InlineData("""{"value":{"value":1,"unit":"mL","note":""},"quality":"good","seq":1,AT}""", "*'note'*")]
    [InlineData("""{"value":{"value":[1],"unit":"mL"},"quality":"good","seq":1,AT}""", "*number*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,"at":"2026-01-31T12:00:00"}""", "*UTC*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,"at":"2026-01-31T12:00:00+02:00"}""", "*UTC*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,"at":"31 January 2026"}""", "*UTC*")]
    [InlineData("""{"value":{"value":1,"unit":"mL"},"quality":"good","seq":1,"at":1769860800}""", "*UTC*")]
    public void A_malformed_property_is_refused_with_the_reason(string json, string reason) => Refuses<PropertyFrame>(json, reason);

    [Theory]
    [InlineData("""{"action":ID,"status":"running","progress":1e999,"eta":null,"step":"",AT}""", "*finite*")]
    [InlineData("""{"action":ID,"status":"running","progress":"0.5","eta":null,"step":"",AT}""", "*number*")]
    [InlineData("""{"action":ID,"status":"running","progress":0.5,"eta":-1e999,"step":"",AT}""", "*finite*")]
    [InlineData("""{"action":ID,"status":"running","progress":0.5,"step":"",AT}""", "*eta*")]
    [InlineData("""{"action":ID,"status":"running","progress":0.5,"eta":null,"step":null,AT}""", "*")]
    [InlineData("""{"action":ID,"status":"UnknownOutcome","progress":0.5,"eta":null,"step":"",AT}""", "*unknown_outcome*")]
    [InlineData("""{"action":null,"status":"running","progress":0.5,"eta":null,"step":"",AT}""", "*")]
    [InlineData("""{"action":"7","status":"running","progress":0.5,"eta":null,"step":"",AT}""", "*UUID*")]
    [InlineData("""{"action":7,"status":"running","progress":0.5,"eta":null,"step":"",AT}""", "*UUID*")]
    public void A_malformed_status_is_refused_with_the_reason(string json, string reason) => Refuses<StatusFrame>(json, reason);

    [Theory]
    [InlineData("""{"arguments":{"a":{"value":1,"unit":"mL"},"a":{"value":2,"unit":"mL"}},"deadline":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"arguments":{"a":null},"deadline":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"arguments":null,"deadline":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"arguments":[],"deadline":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"deadline":"2026-01-31T12:00:00Z"}""")]
    [InlineData("""{"arguments":{}}""")]
    public void A_malformed_command_is_refused(string json) => Refuses<CommandFrame>(json, "CommandFrame:*");

    [Theory]
    [InlineData("\"commands\":[null]")]
    [InlineData("\"commands\":null")]
    [InlineData("\"commands\":{}")]
    [InlineData("\"commands\":[[]]")]
    [InlineData("\"commands\":[{\"name\":\"x\"}]")]
    public void A_malformed_list_is_refused(string commands) => Refuses<Birth>(
        $$"""{"protocol":"1","instrument":"p","family":"f","identity":{"manufacturer":"","model":"","serial":"","firmware":""},"simulated":true,"epoch":1,"schemaHash":"",{{commands}},"properties":[],AT}""",
        "Birth:*");

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Refuses<PropertyFrame>(new string('[', 100_000), "*");
        Refuses<Birth>($"{{\"commands\":{string.Concat(Enumerable.Repeat("[{\"parameters\":", 1000))}", "*");
    }

    [Fact]
    public void A_payload_beyond_the_limit_is_refused_unread_and_never_made()
    {
        ((Action)(() => FrameCodec.Decode<Liveness>(new byte[FrameCodec.MaximumBytes + 1]))).Should().Throw<FrameException>().WithMessage("*1048576*1048577*");
        var large = new EventFrame("x", new string('x', FrameCodec.MaximumBytes), 1, default);
        ((Action)(() => FrameCodec.Encode(large))).Should().Throw<FrameException>().WithMessage("*1048576*");
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { (byte)'"', 0xC0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}' })]
    public void Bad_UTF_8_is_refused(byte[] bytes) =>
        ((Action)(() => FrameCodec.Decode<EventFrame>(bytes))).Should().Throw<FrameException>();

    [Fact]
    public void Bad_UTF_8_inside_a_text_is_refused()
    {
        var bytes = FrameSample.All.Single(sample => sample.Name == "event").Json.ToArray();
        bytes[Array.IndexOf(bytes, (byte)0xC2)] = 0xFF;

        ((Action)(() => FrameCodec.Decode<EventFrame>(bytes))).Should().Throw<FrameException>().WithMessage("EventFrame:*");
    }

    [Fact]
    public void Every_truncation_of_every_frame_is_refused()
    {
        foreach (var sample in FrameSample.All)
        {
            for (var length = 0; length < sample.Json.Length; length++)
            {
                var cut = sample.Json.AsMemory(0, length);
                sample.Invoking(it => it.Again(cut)).Should().Throw<FrameException>($"{sample} cut after {length} bytes");
            }
        }
    }

    [Fact]
    public void Times_are_written_in_UTC()
    {
        var noon = new DateTimeOffset(2026, 1, 31, 14, 0, 0, TimeSpan.FromHours(2));

        Encoding.UTF8.GetString(FrameCodec.Encode(new EventFrame("x", "", 1, noon))).Should().Contain("\"2026-01-31T12:00:00Z\"");
    }

    [Fact]
    public void Missing_arrays_are_written_as_empty_ones() =>
        Encoding.UTF8.GetString(FrameCodec.Encode(default(ImmutableArray<CommandDescription>))).Should().Be("[]");

    [Fact]
    public void Random_bytes_are_never_more_than_refused()
    {
        Check.One(Seeded(1000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => FrameSample.All.All(sample => IsReadOrRefused(sample, bytes))));
    }

    [Fact]
    public void Damaged_frames_are_read_or_refused_and_nothing_else()
    {
        var damage = from sample in Gen.Elements(FrameSample.All.ToArray())
                     from other in Gen.Elements(FrameSample.All.ToArray())
                     from start in Gen.Choose(0, sample.Json.Length)
                     from length in Gen.Choose(0, 8)
                     from filling in Gen.OneOf(
                         Gen.ArrayOf(Gen.Choose(0, 255).Select(it => (byte)it)),
                         Gen.Elements("null", "[]", "{}", "1e999", "-0", "\"\"", "\"\\ud800\"", "[[[[[[[[[[[[[[[[[[", ",", "\"value\":").Select(Encoding.UTF8.GetBytes))
                     select (other, bytes: (byte[])[.. sample.Json.Take(start), .. filling, .. sample.Json.Skip(start + length)]);

        Check.One(Seeded(10_000), Prop.ForAll(damage.ToArbitrary(), it => IsReadOrRefused(it.other, it.bytes)));
    }

    private static Config Seeded(int tests) => Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20260131, 7);

    private static bool IsReadOrRefused(FrameSample sample, byte[] bytes)
    {
        try
        {
            // Whatever is read has one form on the wire.
            var once = sample.Again(bytes);
            return sample.Again(once).AsSpan().SequenceEqual(once);
        }
        catch (FrameException)
        {
            return true;
        }
    }

    private static void Refuses<T>(string json, string reason)
    {
        var bytes = Encoding.UTF8.GetBytes(json.Replace("AT", At).Replace("ID", Id));
        ((Action)(() => FrameCodec.Decode<T>(bytes))).Should().Throw<FrameException>().WithMessage(reason).And.Message.Should().StartWith(typeof(T).Name);
    }
}
