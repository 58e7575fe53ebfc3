using System.Text.Json;
using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

/// <summary>Events of the runtime's profile from which nodes are told that ran on the processor although a CUDA device was asked for.</summary>
public sealed class CpuNodeTests
{
    [Theory]
    [InlineData("""{"cat":"Node","name":"Gather_7_kernel_time","args":{"op_name":"Gather","provider":"CPUExecutionProvider"}}""", "Gather_7 (Gather)")]
    [InlineData("""{"cat":"Node","name":"MatMul_1_kernel_time","args":{"op_name":"MatMul","provider":"CUDAExecutionProvider"}}""", null)]
    [InlineData("""{"cat":"Node","name":"Gather_7_fence_before","args":{"op_name":"Gather","provider":"CPUExecutionProvider"}}""", null)]
    [InlineData("""{"cat":"Session","name":"model_run","args":{}}""", null)]
    public void A_node_is_told_where_its_kernel_ran_on_the_processor(string happened, string? node) => ModelSession.CpuNode(JsonDocument.Parse(happened).RootElement).Should().Be(node);
}
