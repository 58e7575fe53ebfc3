using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace LabAutomation.Tests.StandIns.SemanticKernel;

public sealed class PluginTests
{
    [Fact]
    public void A_plugin_is_made_of_the_marked_methods_of_an_object()
    {
        var plugin = KernelPluginFactory.CreateFromObject(new Pump());

        plugin.Name.Should().Be("Pump");
        plugin.Description.Should().Be("A syringe pump.");
        plugin.Select(function => function.Name).Should().BeEquivalentTo("Dispense", "read_back", "Prime", "Model");
        plugin.FunctionCount.Should().Be(4);
        plugin.Should().OnlyContain(function => function.PluginName == "Pump");
    }

    [Fact]
    public void What_a_method_says_about_itself_is_in_the_metadata()
    {
        var metadata = KernelPluginFactory.CreateFromObject(new Pump())["Dispense"].Metadata;

        metadata.Description.Should().Be("Dispenses a volume.");
        metadata.PluginName.Should().Be("Pump");
        metadata.Parameters.Select(p => (p.Name, p.Description, p.DefaultValue, p.IsRequired, p.ParameterType)).Should().Equal(
            ("volume", "Volume in ml.", null, true, typeof(double)),
            ("rate", "Rate in ml/min.", "1.5", false, typeof(double)),
            ("note", "", null, false, typeof(string)));
        metadata.ReturnParameter.Description.Should().Be("Volume dispensed so far, in ml.");
        metadata.ReturnParameter.ParameterType.Should().Be<double>();
    }

    [Fact]
    public void What_is_said_when_a_function_is_made_goes_before_what_the_method_says()
    {
        var parameter = new KernelParameterMetadata("volume") { Description = "Volume in ml.", IsRequired = false };
        var function = KernelFunctionFactory.CreateFromMethod(
            [Description("from the method")] (double volume) => volume, "Dispense", "from the caller", [parameter], new() { Description = "ml" });

        function.Name.Should().Be("Dispense");
        function.Description.Should().Be("from the caller");
        function.Metadata.Parameters.Should().Equal(parameter);
        function.Metadata.ReturnParameter.Description.Should().Be("ml");
    }

    [Fact]
    public async Task Functions_of_a_plugin_work_on_its_object()
    {
        var pump = new Pump();
        var kernel = new Kernel();
        kernel.Plugins.AddFromObject(pump);

        (await kernel.InvokeAsync<double>("Pump", "Dispense", new() { ["volume"] = "2.5" })).Should().Be(2.5);
        (await kernel.InvokeAsync<double>("pump", "READ_BACK")).Should().Be(2.5);
        (await kernel.InvokeAsync<string>(null, "Model")).Should().Be("P-1", "without a plugin's name the function is sought in all of them");
        pump.Dispensed.Should().Be(2.5);
    }

    [Fact]
    public async Task A_type_is_made_with_what_the_services_have()
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton(new Pump());
        builder.Plugins.AddFromType<Dosing>("Dosing");

        (await builder.Build().InvokeAsync<double>("Dosing", "Dose")).Should().Be(1);
    }

    [Fact]
    public async Task A_parameter_can_be_served_by_the_kernel()
    {
        var builder = Kernel.CreateBuilder();
        builder.Services.AddKeyedSingleton("left", new Pump());
        var kernel = builder.Build();
        var function = KernelFunctionFactory.CreateFromMethod(
            ([FromKernelServices("left")] Pump pump, [FromKernelServices] Dosing? none = null) => pump.Dispense(3) + (none is null ? 0 : 1), "Left");

        (await kernel.InvokeAsync<double>(function)).Should().Be(3);
        function.Metadata.Parameters.Should().BeEmpty();
        await FluentActions.Awaiting(() => function.InvokeAsync(new Kernel())).Should().ThrowAsync<KernelException>();
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("with-hyphen")]
    [InlineData("ünicode")]
    [InlineData("dot.ted")]
    [InlineData("")]
    public void A_plugin_name_is_letters_digits_and_underscores(string name)
    {
        FluentActions.Invoking(() => KernelPluginFactory.CreateFromFunctions(name, [])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_function_name_may_have_a_hyphen_besides()
    {
        KernelFunctionFactory.CreateFromMethod(() => { }, "with-hyphen_1").Name.Should().Be("with-hyphen_1");
        FluentActions.Invoking(() => KernelFunctionFactory.CreateFromMethod(() => { }, "two words")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => KernelFunctionFactory.CreateFromMethod(() => { }, "dot.ted")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Names_are_made_from_types_and_methods()
    {
        KernelPluginFactory.CreateFromObject(new Shelf<int>()).Name.Should().Be("Shelf_Int32");
        KernelFunctionFactory.CreateFromMethod(Local).Name.Should().MatchRegex("^[0-9A-Za-z_]+$");

        static void Local()
        {
        }
    }

    [Fact]
    public void Names_that_differ_in_casing_only_are_the_same_name()
    {
        var functions = new[] { KernelFunctionFactory.CreateFromMethod(() => { }, "Stop"), KernelFunctionFactory.CreateFromMethod(() => { }, "STOP") };
        var plugins = new KernelPluginCollection { KernelPluginFactory.CreateFromFunctions("Pump") };

        FluentActions.Invoking(() => KernelPluginFactory.CreateFromFunctions("Pump", functions)).Should().Throw<ArgumentException>();
        plugins.Invoking(p => p.Add(KernelPluginFactory.CreateFromFunctions("PUMP"))).Should().Throw<ArgumentException>();
        plugins.Contains("pump").Should().BeTrue();
    }

    [Fact]
    public void An_object_without_a_marked_method_is_no_plugin()
    {
        FluentActions.Invoking(() => KernelPluginFactory.CreateFromObject(new object())).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => KernelPluginFactory.CreateFromObject(new Pair())).Should().Throw<ArgumentException>("two functions have one name");
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        var plugins = new KernelPluginCollection { KernelPluginFactory.CreateFromObject(new Pump()) };

        plugins.Invoking(p => p["Stirrer"]).Should().Throw<KeyNotFoundException>();
        plugins.Invoking(p => p.GetFunction("Pump", "Stir")).Should().Throw<KeyNotFoundException>();
        plugins.Invoking(p => p["Pump"]["Stir"]).Should().Throw<KeyNotFoundException>();
        plugins.TryGetFunction("Pump", "Stir", out _).Should().BeFalse();
        plugins.TryGetFunction("Pump", "dispense", out var found).Should().BeTrue();
        found!.ToString().Should().Be("Pump.Dispense");
        plugins.GetFunctionsMetadata().Should().HaveCount(4);
    }

    [Fact]
    public void A_function_in_a_plugin_is_a_copy_that_knows_its_plugin()
    {
        var function = KernelFunctionFactory.CreateFromMethod(() => { }, "Stop");

        var inPlugin = KernelPluginFactory.CreateFromFunctions("Pump", "A pump.", [function])["Stop"];

        function.PluginName.Should().BeNull();
        inPlugin.PluginName.Should().Be("Pump");
        inPlugin.Should().NotBeSameAs(function);
    }

    private sealed class Dosing(Pump pump)
    {
        [KernelFunction]
        public double Dose() => pump.Dispense(1);
    }

    private sealed class Shelf<T>
    {
        [KernelFunction]
        public T? Take() => default;
    }

    private sealed class Pair
    {
        [KernelFunction]
        public void Stop()
        {
        }

        [KernelFunction("STOP")]
        public void Halt()
        {
        }
    }
}
