namespace LabAutomation.Simulators.Thermostats;

/// <summary>The registers of a device on Modbus. Addresses count from 0, as on the wire.</summary>
internal interface IModbusRegisters
{
    /// <summary>Null where there is no such register.</summary>
    ushort? Input(int address);

    /// <inheritdoc cref="Input"/>
    ushort? Holding(int address);

    bool Allows(int address, ushort value);

    /// <returns>False where the device cannot do it now.</returns>
    bool Write(int address, ushort value);
}
