using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Hosting;

public sealed class ModelRegistryTests : IDisposable
{
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public void Versions_stand_side_by_side_and_the_highest_is_current()
    {
        _shelf.Doubling("1.9");
        _shelf.Doubling("1.10");
        _shelf.Doubling("1.2");

        using var registry = Open();

        registry.Refused.Should().BeEmpty();
        registry.Models.Select(model => model.Card.Version).Should().BeEquivalentTo("1.2", "1.9", "1.10");
        registry.Find("doubling").Current.Card.Version.Should().Be("1.10");
        registry.Find("doubling", "1.2").Device.Should().Be(ComputeDevice.Cpu);
        registry.Find("doubling", "1.2").MemoryEstimate.Should().BeGreaterThan(0);
    }

    [Fact]
    public void The_models_that_come_with_the_lab_are_all_as_their_cards_say()
    {
        using var registry = ModelRegistry.Open(Path.Combine(AppContext.BaseDirectory, "models"), new ModelOptions());

        registry.Refused.Should().BeEmpty();
        registry.Models.Select(model => model.Card.Name).Should().Contain("spectrum-to-xyz").And.Contain("yardstick");
    }

    [Fact]
    public void Rows_that_change_each_other_are_found_when_a_model_is_loaded_whatever_its_card_says()
    {
        var whole = Card("mixing").Replace("y: [2, 4]", "y: [2, 3]", StringComparison.Ordinal);
        var mixing = new OnnxGraph().Input("x", OnnxGraph.Float, "n", 2).Output("y", OnnxGraph.Float, "n", 2).Node("Softmax", ["x"], "among", ("axis", 0)).Node("Add", ["x", "among"], "y").ToBytes();
        _shelf.Put("mixing", mixing, whole);
        _shelf.Put("alone", mixing, whole.Replace("name: mixing", "name: alone", StringComparison.Ordinal).Replace("batch: n\n", "", StringComparison.Ordinal));

        using var registry = Open();

        registry.Models.Select(model => model.Card.Name).Should().BeEquivalentTo("doubling", "alone");
        registry.Refused.Should().ContainSingle().Which.Reason.Should().Match("Model 'mixing' 1.0 in *: row 1 of 4 gives y[0] = * in company and 2 alone, so that 'n' is no batch dimension: its rows change each other*. Leave 'batch' out, and every call runs alone.");
    }

    [Fact]
    public void Golden_values_of_nothing_but_zeros_take_a_small_tolerance()
    {
        _shelf.Put("zero", OnnxGraph.Doubling().ToBytes(), Card("zero").Replace("tolerance: 0.001, inputs: { x: [1, 2] }, outputs: { y: [2, 4] }", "tolerance: 0.01, inputs: { x: [0, 0] }, outputs: { y: [0, 0] }", StringComparison.Ordinal));

        using var registry = Open();

        registry.Refused.Should().ContainSingle().Which.Reason.Should().Contain("the tolerance of 'y' is 0.01 mL, and all its golden values are 0; then it is 0.001 at most");
    }

    [Fact]
    public void What_the_runtime_complains_of_is_told_in_words_for_who_made_the_model()
    {
        _shelf.Put("twice", new OnnxGraph().Input("x", OnnxGraph.Float, "n", 2).Output("y", OnnxGraph.Float, "n", 2).Node("Concat", ["x", "x"], "y", ("axis", 0)).ToBytes(), Card("twice"));

        using var registry = Open();

        registry.Refused.Should().ContainSingle().Which.Reason.Should().EndWith("failed on cpu: its node 'Concat-y' (Concat) does not run: 'y' comes out with the shape [2, 2], and by the card it has [1, 2]");
    }

    [Theory]
    [InlineData("[ErrorCode:InvalidArgument] Non-zero status code returned while running Gather node. Name:'Gather-y' Status Message: indices element out of data bounds, idx=7 must be within the inclusive range [-4,3]", "its node 'Gather-y' (Gather) does not run: it looks up place 7 of a table that has the places -4 to 3")]
    [InlineData("[ErrorCode:Fail] Fatal error: Foo(-1) is not a registered function/op", "the runtime has no operator Foo in this opset")]
    [InlineData("[ErrorCode:RuntimeException] /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 99", "it needs more memory than there is")]
    [InlineData("[ErrorCode:Fail] /onnxruntime_src/x.cc:1 int f(int) [ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Something new.", "the runtime says: Something new")]
    public void The_runtime_s_own_words_are_told_without_its_sources(string told, string words) => RuntimeWording.Of(told).Should().Be(words);

    [Fact]
    public void What_is_wrong_is_refused_by_name_with_its_reason_and_other_models_work()
    {
        _shelf.Doubling();
        var whole = OnnxGraph.Doubling().ToBytes();
        var card = File.ReadAllText(Path.Combine(_shelf.Path, "doubling", "1.0", ModelArtifact.CardFile)).Split("\nsha256:")[0];
        string Named(string name) => card.Replace("name: doubling", $"name: {name}", StringComparison.Ordinal);
        _shelf.Put("truncated", whole[..^20], Named("truncated"));
        _shelf.Put("opset", new OnnxGraph { Opset = 99 }.Input("x", OnnxGraph.Float, "n", 2).Output("y", OnnxGraph.Float, "n", 2).Node("Add", ["x", "x"], "y").ToBytes(), Named("opset"));
        _shelf.Put("other-opset", whole, Named("other-opset") + "\nopset: 17");
        _shelf.Put("hash", whole, Named("hash") + $"\nsha256: {new string('0', 64)}");
        _shelf.Put("field", whole, Named("field").Replace("licence: none\n", "", StringComparison.Ordinal));
        _shelf.Put("shape", whole, Named("shape").Replace("name: x, shape: [n, 2]", "name: x, shape: [n, 1, 2]", StringComparison.Ordinal));
        _shelf.Put("type", whole, Named("type").Replace("name: x,", "name: x, type: int64,", StringComparison.Ordinal));
        _shelf.Put("golden", whole, Named("golden").Replace("y: [2, 4]", "y: [2, 5]", StringComparison.Ordinal));
        _shelf.Put("external", OnnxGraph.Doubling().ElsewhereTable("w").ToBytes(), Named("external"));
        _shelf.Put("axis", whole, Named("axis").Replace("range: [-10, 10]", "range: [-10, 10], normalisation: { axis: -5, mean: [1], sd: [2] }", StringComparison.Ordinal));
        _shelf.Put("bare", whole, card: null);
        _shelf.Put("draft", whole, Named("draft").Replace("licence: none", "licence: \"?\"", StringComparison.Ordinal));

        using var registry = Open();

        var reasons = registry.Refused.ToDictionary(refused => Path.GetFileName(refused.Directory), refused => refused.Reason);
        reasons.Should().HaveCount(12);
        reasons["truncated"].Should().Match("Model 'truncated' 1.0 in *: model.onnx cannot be read: it ends * bytes too soon*truncated*");
        reasons["opset"].Should().Match("Model 'opset' 1.0 in * (opset ai.onnx 99) cannot be loaded on cpu: *");
        reasons["other-opset"].Should().Match("*model.onnx is written in opset 13; the card says 17 (card.yaml:12:8).");
        reasons["hash"].Should().Match("Model 'hash' 1.0 in *: the SHA-256 of model.onnx is *; the card says 0000*");
        reasons["field"].Should().Match("*card.yaml*licence*");
        reasons["shape"].Should().Match("*input x[n, 1, 2] has the shape [n, 2] in the model*");
        reasons["type"].Should().Match("*input 'x' is of type float32 in the model; the card says int64 (card.yaml:9:18).");
        reasons["golden"].Should().Match("*golden vector 'one' gives y[1] = 4; the card says 5*");
        reasons["external"].Should().Match("*weights in files beside it*save it as one file.");
        reasons["axis"].Should().Match("*card.yaml*the normalisation of 'x' has 1 channel; its axis must name*");
        reasons["bare"].Should().Match("The model card *card.yaml cannot be read*");
        reasons["draft"].Should().Match("*the draft has not been filled in: licence.");
        using var lease = registry.Find("doubling").Rent();
        lease.Model.Run([3, 4]).ToArray().Should().Equal(6, 8);
        var find = () => registry.Find("golden");
        find.Should().Throw<ModelException>().WithMessage("Model 'golden' was not loaded: *");
    }

    [Fact]
    public void A_name_that_is_not_there_is_refused_with_those_there_are()
    {
        _shelf.Doubling();
        using var registry = Open();

        var find = () => registry.Find("tripling");
        var version = () => registry.Find("doubling", "7");

        find.Should().Throw<ModelException>().WithMessage("There is no model 'tripling'; there are doubling.");
        version.Should().Throw<ModelException>().WithMessage("Model 'doubling' 7 is not loaded; there are 1.0.");
    }

    [Fact]
    public void The_same_version_from_two_folders_is_refused_with_both()
    {
        _shelf.Doubling(folder: "a");
        _shelf.Doubling(folder: "b");

        using var registry = Open();

        registry.Refused.Should().ContainSingle().Which.Reason.Should().Match("Model 'doubling' 1.0 in *b is loaded already, from *a.");
    }

    [Fact]
    public async Task A_swap_lets_calls_under_way_end_on_the_old_version_and_gives_later_ones_the_new()
    {
        _shelf.Doubling("1");
        using var registry = Open();
        var named = registry.Find("doubling");
        var next = registry.Load(_shelf.Doubling("2"));
        var old = named.Rent();

        registry.Swap("doubling", "2");

        using (var renewed = named.Rent()) renewed.Model.Card.Version.Should().Be("2");
        var unloading = Task.Run(() => registry.Unload("doubling", "1"));
        old.Model.Run([1, 2]).ToArray().Should().Equal([2, 4], "an unload waits for the calls under way");
        old.Dispose();
        await unloading;
        registry.Models.Should().Equal(next);
    }

    [Fact]
    public async Task Callers_notice_nothing_of_swaps_and_unloads()
    {
        _shelf.Doubling("0");
        using var registry = Open(instances: 2);
        var named = registry.Find("doubling");
        var wrong = 0;
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(k => Task.Factory.StartNew(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var lease = named.Rent();
                if (lease.Model.Run([k, -k])[0] != 2 * k) Interlocked.Increment(ref wrong);
            }
        }, TaskCreationOptions.LongRunning)).ToList();

        for (var version = 1; version <= 10; version++)
        {
            registry.Load(_shelf.Doubling($"{version}"));
            registry.Swap("doubling", $"{version}");
            registry.Unload("doubling", $"{version - 1}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        wrong.Should().Be(0);
        registry.Models.Should().ContainSingle().Which.Card.Version.Should().Be("10");
    }

    [Theory]
    [InlineData("g", 8, "*its inputs are x[n, 2] in g and not x[n, 2] in mL*")]
    [InlineData("mL", 4, "*its dimension 'n' does not take all lengths*")]
    public void A_version_with_other_inputs_cannot_take_the_place(string unit, int most, string message)
    {
        _shelf.Doubling("1");
        using var registry = Open();
        registry.Load(_shelf.Doubling("2", unit: unit, most: most));

        var swap = () => registry.Swap("doubling", "2");

        swap.Should().Throw<ModelException>().WithMessage(message);
        registry.Find("doubling").Current.Card.Version.Should().Be("1");
    }

    [Fact]
    public void A_version_whose_rows_are_usually_of_another_length_cannot_take_the_place()
    {
        _shelf.Open("1", usual: 2);
        using var registry = Open();
        registry.Load(_shelf.Open("2", usual: 4));

        var swap = () => registry.Swap("open", "2");

        swap.Should().Throw<ModelException>().WithMessage("*its dimension 'm' is 4 long unless a caller asks for another length, and not 2*");
    }

    [Fact]
    public void Whatever_goes_wrong_with_one_folder_is_told_with_it_and_the_others_are_loaded()
    {
        _shelf.Doubling(folder: "a");
        _shelf.Doubling(folder: "b", name: "other");

        using var registry = ModelRegistry.Open(_shelf.Path, new ModelOptions(), new FailingClock { Failures = 1 });

        registry.Refused.Should().ContainSingle().Which.Reason.Should().Match("The model in *a cannot be loaded: TimeoutException: the clock stands");
        registry.Models.Should().ContainSingle().Which.Card.Name.Should().Be("other");
    }

    [Fact]
    public void A_model_for_which_memory_does_not_reach_keeps_no_other_from_being_loaded()
    {
        _shelf.Doubling(folder: "a");
        _shelf.Doubling(folder: "b", name: "other");

        using var registry = ModelRegistry.Open(_shelf.Path, new ModelOptions(), new FailingClock { Failures = 1, Failure = new OutOfMemoryException() });

        registry.Refused.Should().ContainSingle().Which.Reason.Should().Match("The model in *a cannot be loaded: it needs more memory than there is.");
        registry.Models.Should().ContainSingle().Which.Card.Name.Should().Be("other");
    }

    [Theory]
    [InlineData(1, 100_000, 1)]
    [InlineData(2, 100_000, 2)]
    [InlineData(1, 130_000, 2)]
    public void A_card_whose_buffers_would_take_more_than_there_is_room_for_is_refused_before_they_are_made(int instances, int most, int refused)
    {
        // Two tensors of two 32-bit numbers a row: 16 bytes.
        _shelf.Doubling(folder: "a", name: "large", most: most);
        _shelf.Doubling(folder: "b", name: "larger", most: 200_000);
        _shelf.Doubling(folder: "c", name: "small");

        using var registry = ModelRegistry.Open(_shelf.Path, new ModelOptions { Instances = instances, MostBufferBytes = 2_000_000 });

        registry.Refused.Should().HaveCount(refused);
        registry.Refused[^1].Reason.Should().Match($"Model 'larger' 1.0 in *b: its buffers would take {3.2 * instances:0} MB in {instances} instance(s), and 2 MB are the most here; lower 'max' of its dimensions (card.yaml:7:13).");
        registry.Models.Should().HaveCount(3 - refused);
        registry.Models.Should().Contain(model => model.Card.Name == "small");
    }

    [Fact]
    public void What_a_card_is_estimated_to_take_is_what_its_buffers_take()
    {
        _shelf.Doubling(most: 100);
        _shelf.Open("1", usual: 2);
        using var registry = Open();

        foreach (var model in registry.Models) CardMemory.Bytes(model.Card).Should().Be(model.MemoryEstimate, model.Card.Name);
    }

    [Fact]
    public void An_unloaded_model_lends_nothing_more()
    {
        _shelf.Doubling();
        using var registry = Open();
        var named = registry.Find("doubling");

        registry.Unload("doubling", "1.0");

        var rent = () => { named.Rent().Dispose(); };
        rent.Should().Throw<ModelException>().WithMessage("Model 'doubling' has been unloaded.");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused()
    {
        var open = () => ModelRegistry.Open(Path.Combine(_shelf.Path, "nowhere"), new ModelOptions());

        open.Should().Throw<ModelException>().WithMessage("*nowhere*");
    }

    private ModelRegistry Open(int instances = 1) => ModelRegistry.Open(_shelf.Path, new ModelOptions { Instances = instances });

    /// <summary>Of a model that doubles, which is on the shelf afterwards, under another name.</summary>
    private string Card(string name)
    {
        _shelf.Doubling();
        return File.ReadAllText(Path.Combine(_shelf.Path, "doubling", "1.0", ModelArtifact.CardFile)).Split("\nsha256:")[0].Replace("name: doubling", $"name: {name}", StringComparison.Ordinal);
    }
}
