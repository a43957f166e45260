// Puts together what stands on each line of its input, in the way that its argument names.

class Service(private val host: String, private val port: String) {
    fun url(): String = "http://$host:$port/health"
}

fun templateAddress(podIp: String, port: String): String = "$podIp:$port"

fun sumAddress(podIp: String, port: String): String {
    return podIp + ":" + port
}

fun formatAddress(podIp: String, port: String): String = String.format("%s:%s", podIp, port)

fun main(arguments: Array<String>) {
    generateSequence(::readLine).forEach { line ->
        val (name, number) = line.split(" ")
        println(when (arguments[0]) {
            "member" -> Service(name, number).url()
            "template" -> templateAddress(name, number)
            "sum" -> sumAddress(name, number)
            else -> formatAddress(name, number)
        })
    }
}
