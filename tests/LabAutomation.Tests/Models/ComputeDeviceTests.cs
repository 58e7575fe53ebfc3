using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void The_written_form_can_be_read_back()
    {
        ComputeDevice.Parse("cpu").Should().Be(ComputeDevice.Cpu);
        ComputeDevice.Parse("cuda:1").Should().Be(ComputeDevice.Cuda(1));
        ComputeDevice.Cuda(2).ToString().Should().Be("cuda:2");
        ComputeDevice.Cpu.ToString().Should().Be("cpu");
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void Anything_else_is_refused(string text)
    {
        var parse = () => ComputeDevice.Parse(text);

        parse.Should().Throw<FormatException>().WithMessage($"'{text}'*cuda:0*");
    }
}
