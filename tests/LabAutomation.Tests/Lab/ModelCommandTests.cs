using LabAutomation.Lab;
using LabAutomation.Models;
using LabAutomation.Tests.House;
using LabAutomation.Tests.Models;

namespace LabAutomation.Tests.Lab;

public sealed class ModelCommandTests : IDisposable
{
    private readonly ModelShelf _shelf = new();

    public void Dispose() => _shelf.Dispose();

    [Fact]
    public async Task Check_passes_the_models_that_come_with_the_lab()
    {
        var (code, output, _) = await RunAsync("model", "check");

        code.Should().Be(ExitCode.Success);
        output.Should().Contain("spectrum-to-xyz 1.0  cpu  3 golden vectors passed").And.Contain("reactor-policy 1.0").And.Contain("bragg-peaks 1.0").And.MatchRegex("[0-9]+ models passed, 0 refused");
    }

    [Fact]
    public async Task Check_names_what_it_refuses_and_ends_with_an_exit_code_of_its_own()
    {
        _shelf.Doubling();
        _shelf.Put("bare", OnnxGraph.Doubling().ToBytes(), card: null);

        var (code, output, error) = await RunAsync("model", "check", _shelf.Path);

        code.Should().Be(ExitCode.Model);
        output.Should().Contain("doubling 1.0").And.Contain("1 model passed, 1 refused");
        error.Should().Contain("lab: The model card").And.Contain("bare");
    }

    [Fact]
    public async Task The_folder_the_instances_and_the_device_come_from_the_configuration()
    {
        _shelf.Doubling();

        var (code, output, _) = await RunAsync("model", "check", "--json", "--set", $"Models:Folder={_shelf.Path}", "--set", "Models:Instances=3");
        var (elsewhere, _, error) = await RunAsync("model", "check", _shelf.Path, "--set", "Models:Device=cuda:250");

        code.Should().Be(ExitCode.Success);
        output.Should().Contain("\"instances\": 3").And.Contain("\"name\": \"doubling\"");
        elsewhere.Should().Be(ExitCode.Model, "the processor does not take the place of a device that is not there");
        error.Should().Contain("cuda:250");
    }

    [Theory]
    [InlineData("Models:Device=gpu", "Models:Device is cpu, or cuda:")]
    [InlineData("Models:Instances=0", "Models:Instances is 1 to 64")]
    [InlineData("Models:CpuNodes=hide", "Models:CpuNodes is refuse or report")]
    [InlineData("Models:Colour=red", "'Models:Colour' is not known")]
    public async Task A_wrong_setting_is_refused(string setting, string message)
    {
        var (code, _, error) = await RunAsync("model", "check", "--set", setting);

        code.Should().Be(ExitCode.Configuration);
        error.Should().Contain(message);
    }

    [Fact]
    public async Task Bench_measures_every_number_of_rows()
    {
        var (code, output, _) = await RunAsync("model", "bench", _shelf.Doubling(), "--seconds", "0.01");

        code.Should().Be(ExitCode.Success);
        output.Should().Contain("doubling 1.0 on cpu").And.Contain("     1 rows").And.Contain("     8 rows").And.Contain("rows/s");
    }

    [Fact]
    public async Task Inspect_writes_a_draft_that_check_refuses()
    {
        var folder = _shelf.Put("draft", OnnxGraph.Doubling().ToBytes(), card: null);
        var file = Path.Combine(folder, ModelArtifact.ModelFile);

        var (code, output, _) = await RunAsync("model", "inspect", file, "--length", "n=2", "--seed", "3");
        await RunAsync("model", "inspect", file, "--out", Path.Combine(folder, ModelArtifact.CardFile));
        var (check, _, error) = await RunAsync("model", "check", folder);

        code.Should().Be(ExitCode.Success);
        output.Should().Contain("lengths: { \"n\": 2 }").And.Contain("inputs of seed 3");
        check.Should().Be(ExitCode.Model);
        error.Should().Contain("the draft has not been filled in: licence");
    }

    [Fact]
    public async Task Inspect_says_what_is_wrong_with_a_file()
    {
        var file = Path.Combine(_shelf.Put("cut", OnnxGraph.Doubling().ToBytes()[..50], card: null), ModelArtifact.ModelFile);

        var (code, _, error) = await RunAsync("model", "inspect", file);

        code.Should().Be(ExitCode.Model);
        error.Should().Contain($"lab: {file}: it ends").And.Contain("truncated");
    }

    [Fact]
    public async Task Inspect_wants_a_file_and_says_so_of_a_folder_or_of_nothing()
    {
        var folder = _shelf.Doubling();

        var (code, _, error) = await RunAsync("model", "inspect", folder);
        var (absent, _, nothing) = await RunAsync("model", "inspect", Path.Combine(folder, "none.onnx"));
        var (empty, _, without) = await RunAsync("model", "inspect", _shelf.Path);
        var (into, _, target) = await RunAsync("model", "inspect", Path.Combine(folder, ModelArtifact.ModelFile), "--out", folder);

        (code, absent, empty, into).Should().Be((ExitCode.Usage, ExitCode.Usage, ExitCode.Usage, ExitCode.Usage));
        error.Should().Contain($"'{folder}' is a folder, and inspect wants an .onnx file, such as {Path.Combine(folder, ModelArtifact.ModelFile)}");
        nothing.Should().Contain("there is no file").And.Contain("none.onnx");
        without.Should().Contain("there is none in it");
        target.Should().Contain("is a folder, and a file is wanted");
    }

    [Fact]
    public async Task Inspect_overwrites_no_card_and_names_none_as_no_card_may_be_called()
    {
        var folder = _shelf.Doubling();
        var card = Path.Combine(folder, ModelArtifact.CardFile);
        var odd = Path.Combine(folder, "my model (2).onnx");
        File.Copy(Path.Combine(folder, ModelArtifact.ModelFile), odd);
        var before = await File.ReadAllTextAsync(card);

        var (code, _, error) = await RunAsync("model", "inspect", odd, "--out", card);
        var (_, draft, _) = await RunAsync("model", "inspect", odd);

        code.Should().Be(ExitCode.Usage);
        error.Should().Contain($"--out '{card}' is there already; a draft overwrites nothing");
        (await File.ReadAllTextAsync(card)).Should().Be(before);
        draft.Should().Contain("name: my-model--2-\n");
    }

    [Fact]
    public async Task What_is_typed_wrong_is_answered_with_where_help_is()
    {
        var (code, _, error) = await RunAsync("model", "run");

        code.Should().Be(ExitCode.Usage);
        error.Should().Contain("'lab model run --help' tells what there is");
    }

    [Fact]
    public async Task Check_and_bench_want_a_folder_with_a_model_in_it()
    {
        var file = Path.Combine(_shelf.Doubling(), ModelArtifact.CardFile);
        var bare = Directory.CreateDirectory(Path.Combine(_shelf.Path, "bare")).FullName;

        var (ofFile, _, error) = await RunAsync("model", "check", file);
        var (ofNothing, _, nothing) = await RunAsync("model", "check", bare);
        var (bench, _, _) = await RunAsync("model", "bench", bare);

        ofFile.Should().Be(ExitCode.Usage);
        error.Should().Contain("is a file, and a folder of models is wanted");
        (ofNothing, bench).Should().Be((ExitCode.Model, ExitCode.Model), "nothing was checked, and that must not pass for success");
        nothing.Should().Contain("There is no model in").And.Contain("card.yaml");
    }

    [Theory]
    [InlineData("--length", "n")]
    [InlineData("--length", "n=0")]
    public async Task A_length_is_a_name_and_a_number(string option, string value)
    {
        var (code, _, error) = await RunAsync("model", "inspect", "model.onnx", option, value);

        code.Should().Be(ExitCode.Usage);
        error.Should().Contain("--length wants NAME=N");
    }

    private static async Task<(ExitCode Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (terminal, output, error) = Terminals.Captured();
        var code = await LabProgram.RunAsync(arguments, terminal);
        return ((ExitCode)code, output.ToString(), error.ToString());
    }
}
