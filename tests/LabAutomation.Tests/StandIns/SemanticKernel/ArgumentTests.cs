using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.SemanticKernel;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class ArgumentTests
{
    private enum Stirring
    {
        Off,
        Slow,
        Fast,
    }

    [Theory]
    [InlineData("42")]
    [InlineData(42)]
    [InlineData(42L)]
    [InlineData(42.0)]
    public async Task A_number_is_taken_from_text_and_from_other_numbers(object given)
    {
        (await Echo((int volume) => volume, given)).Should().Be(42);
    }

    [Fact]
    public async Task Text_becomes_what_the_method_takes()
    {
        (await Echo((double value) => value, "2.5")).Should().Be(2.5);
        (await Echo((bool value) => value, "true")).Should().Be(true);
        (await Echo((decimal value) => value, "2.5")).Should().Be(2.5m);
        (await Echo((Stirring value) => value, "slow")).Should().Be(Stirring.Slow);
        (await Echo((TimeSpan value) => value, "00:01:30")).Should().Be(TimeSpan.FromSeconds(90));
        (await Echo((Guid value) => value, "6f9619ff-8b86-d011-b42d-00cf4fc964ff")).Should().Be(new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"));
        (await Echo((Uri value) => value, "http://lab/")).Should().Be(new Uri("http://lab/"));
        (await Echo((int? value) => value, "7")).Should().Be(7);
    }

    [Fact]
    public async Task An_enumeration_is_taken_from_its_number()
    {
        (await Echo((Stirring value) => value, 2)).Should().Be(Stirring.Fast);
    }

    [Fact]
    public async Task Text_is_taken_from_simple_values()
    {
        (await Echo((string value) => value, 42)).Should().Be("42");
        (await Echo((string value) => value, 2.5)).Should().Be("2.5");
    }

    [Fact]
    public async Task Numbers_are_read_in_the_culture_of_the_kernel_and_failing_that_in_the_invariant_one()
    {
        var decimalComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        decimalComma.NumberFormat.NumberDecimalSeparator = ",";
        decimalComma.NumberFormat.NumberGroupSeparator = " ";
        var kernel = new Kernel { Culture = decimalComma };
        var function = KernelFunctionFactory.CreateFromMethod((double value) => value);

        (await function.InvokeAsync<double>(kernel, new() { ["value"] = "2,5" })).Should().Be(2.5);
        (await function.InvokeAsync<double>(kernel, new() { ["value"] = "2.5" })).Should().Be(2.5);
    }

    [Fact]
    public async Task Json_becomes_an_object()
    {
        const string json = """{"Ligand":"L3","Equivalents":1.2}""";

        (await Echo((Recipe recipe) => recipe.Ligand, json)).Should().Be("L3");
        (await Echo((Recipe recipe) => recipe.Equivalents, JsonSerializer.Deserialize<JsonElement>(json))).Should().Be(1.2);
        (await Echo((Recipe recipe) => recipe.Ligand, JsonNode.Parse(json)!)).Should().Be("L3");
        (await Echo((double[] values) => values.Sum(), "[1.5,2.5]")).Should().Be(4.0);
        (await Echo((Dictionary<string, int> values) => values["b"], """{"a":1,"b":2}""")).Should().Be(2);
    }

    [Fact]
    public async Task A_json_string_becomes_a_number_where_one_is_wanted()
    {
        (await Echo((int value) => value, JsonSerializer.SerializeToElement("42"))).Should().Be(42);
        (await Echo((double value) => value, JsonSerializer.SerializeToElement(42))).Should().Be(42.0);
        (await Echo((string value) => value, JsonSerializer.SerializeToElement("text"))).Should().Be("text");
    }

    [Fact]
    public async Task An_object_of_the_right_type_is_passed_as_it_is()
    {
        var recipe = new Recipe("L1", 1);

        (await Echo((Recipe given) => given, recipe)).Should().BeSameAs(recipe);
    }

    [Fact]
    public async Task Null_goes_where_null_can_go()
    {
        (await Echo((string? value) => value ?? "nothing", null)).Should().Be("nothing");
        (await Echo((int? value) => value ?? -1, null)).Should().Be(-1);
        (await Echo((Recipe? value) => value?.Ligand ?? "nothing", null)).Should().Be("nothing");
    }

    [Fact]
    public async Task What_is_no_number_is_refused_with_the_name_of_the_argument()
    {
        var act = () => Echo((int volume) => volume, "a lot");

        (await act.Should().ThrowAsync<ArgumentOutOfRangeException>()).Which.ParamName.Should().Be("volume");
    }

    [Fact]
    public async Task What_is_no_object_is_refused()
    {
        var act = () => Echo((Recipe recipe) => recipe.Ligand, "not json");

        await act.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_default_stands_in_for_an_argument_that_is_missing()
    {
        static string Stir(int speed = 300, string? direction = null) => $"{speed} {direction ?? "either way"}";
        var function = KernelFunctionFactory.CreateFromMethod(Stir);

        (await function.InvokeAsync<string>(new Kernel())).Should().Be("300 either way");
    }

    [Fact]
    public async Task An_argument_without_a_default_must_be_given()
    {
        var act = () => KernelFunctionFactory.CreateFromMethod((int volume) => volume, "Dispense").InvokeAsync(new Kernel());

        var thrown = (await act.Should().ThrowAsync<KernelException>()).Which;
        thrown.Message.Should().Contain("'volume'");
        thrown.InnerException.Should().BeOfType<ArgumentException>().Which.ParamName.Should().Be("volume");
    }

    [Fact]
    public async Task Names_of_arguments_match_in_any_casing_and_others_are_ignored()
    {
        var function = KernelFunctionFactory.CreateFromMethod((int volume) => volume);

        (await function.InvokeAsync<int>(new Kernel(), new() { ["VOLUME"] = 5, ["unknown"] = 6 })).Should().Be(5);
    }

    [Fact]
    public async Task A_method_is_given_its_surroundings()
    {
        var kernel = new Kernel();
        using var cancellation = new CancellationTokenSource();
        var arguments = new KernelArguments { ["volume"] = 5 };
        object?[]? seen = null;
        var function = KernelFunctionFactory.CreateFromMethod(
            (Kernel k, KernelFunction f, KernelArguments a, CancellationToken c, CultureInfo culture, IFormatProvider format, int volume) =>
            {
                seen = [k, f, a, c, culture, format, volume];
            });

        await function.InvokeAsync(kernel, arguments, cancellation.Token);

        seen.Should().Equal(kernel, function, arguments, cancellation.Token, CultureInfo.InvariantCulture, CultureInfo.InvariantCulture, 5);
        function.Metadata.Parameters.Select(parameter => parameter.Name).Should().Equal("volume");
    }

    [Fact]
    public async Task Options_decide_how_json_becomes_an_object()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        var function = KernelFunctionFactory.CreateFromMethod(
            (Recipe recipe) => recipe.Ligand, options, new KernelFunctionFromMethodOptions { FunctionName = "Ligand" });

        (await function.InvokeAsync<string>(new Kernel(), new() { ["recipe"] = """{"ligand":"L3"}""" })).Should().Be("L3");
        function.Metadata.Parameters[0].Schema!.ToString().Should().Contain("\"ligand\"").And.NotContain("\"Ligand\"");
    }

    private static async Task<object?> Echo(Delegate method, object? given)
    {
        var function = KernelFunctionFactory.CreateFromMethod(method);
        var arguments = new KernelArguments { [function.Metadata.Parameters.Single().Name] = given };
        return (await function.InvokeAsync(new Kernel(), arguments)).GetValue<object>();
    }

    private sealed record Recipe(string Ligand, double Equivalents);
}
